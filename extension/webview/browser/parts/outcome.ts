// Below the buttons: the token with its countdown, and what a test of the connection found.
import type { FormState, FromForm, ResultLine, TokenView } from '../../protocol.ts';

const icons: Readonly<Record<ResultLine['level'], string>> = {
  ok: 'pass',
  warning: 'warning',
  error: 'error',
  skipped: 'circle-slash',
};

let shownToken: TokenView | undefined;

/** Called every second; only the countdown changes then. */
export function renderToken({ token, labels }: FormState, send: (message: FromForm) => void): void {
  const section = byId('token');
  section.hidden = token === undefined;
  if (token === undefined) {
    shownToken = undefined;
    return;
  }
  if (token !== shownToken) {
    shownToken = token;
    const value = byId('token-value');
    value.textContent = token.masked;
    value.onclick = () => send({ kind: 'copy-token' });
    byId('token-scopes').replaceChildren(
      ...token.granted.map((scope) => row('ok', scope, labels.granted)),
      ...token.refused.map((scope) => row('warning', scope, labels.refused)),
    );
    section.scrollIntoView({ block: 'nearest' });
  }
  const left = token.expiresAtMs === undefined ? undefined : token.expiresAtMs - Date.now();
  const isExpired = left !== undefined && left <= 0;
  section.dataset['expired'] = String(isExpired);
  setText(
    'token-time',
    left === undefined
      ? labels.noExpiry
      : isExpired
        ? labels.expired
        : labels.validFor.replace('{time}', clockTime(left)),
  );
}

export function renderResults({ results, labels }: FormState): void {
  const list = byId('results');
  const isNew = results.length > list.childElementCount;
  list.hidden = results.length === 0;
  list.replaceChildren(
    ...results.map(({ level, text, fix }) => {
      const line = row(level, text);
      if (fix !== undefined) {
        const advice = document.createElement('p');
        advice.className = 'fix';
        advice.textContent = `${labels.fix} ${fix}`;
        line.lastElementChild?.append(advice);
      }
      return line;
    }),
  );
  if (isNew) list.lastElementChild?.scrollIntoView({ block: 'nearest' });
}

function row(level: ResultLine['level'], text: string, meaning?: string): HTMLLIElement {
  const line = document.createElement('li');
  line.className = level;
  const icon = document.createElement('span');
  icon.className = `codicon codicon-${icons[level]}`;
  icon.setAttribute('aria-hidden', 'true');
  const words = document.createElement('div');
  words.textContent = text;
  if (meaning !== undefined) {
    line.title = meaning;
    const spoken = document.createElement('span');
    spoken.className = 'spoken';
    spoken.textContent = ` ${meaning}`;
    words.append(spoken);
  }
  line.append(icon, words);
  return line;
}

function clockTime(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, ...rest] = parts.map((part) => String(part).padStart(2, '0'));
  return hours === '00' ? rest.join(':') : [hours, ...rest].join(':');
}

function setText(id: string, text: string): void {
  const target = byId(id);
  if (target.textContent !== text) target.textContent = text;
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new TypeError(`The page has no #${id}.`);
  return found;
}
