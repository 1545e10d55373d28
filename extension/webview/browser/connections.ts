// The connection form inside its webview: shows the state it is given and says what the person did.
import type { FieldName, FormState, FromForm, SecretName, ToForm } from '../protocol.ts';
import { renderResults, renderToken } from './parts/outcome.ts';
import { type Control, defineControls } from './parts/toolkit.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromForm): void };

defineControls();
// Otherwise the icons are fetched when the first one is drawn, and it stays blank until then.
void document.fonts.load('16px codicon');
const host = acquireVsCodeApi();
const send = (message: FromForm) => host.postMessage(message);
let state: FormState | undefined;

const controls = <T extends string>(attribute: string) =>
  [...document.querySelectorAll<Control>(`[${attribute}]`)].map((control) => ({
    control,
    name: control.getAttribute(attribute) as T,
  }));
const fields = controls<FieldName>('data-field');
const secrets = controls<SecretName>('data-secret');
const profile = element<Control>('profile');

for (const { control, name } of fields) {
  const eventName = control.tagName === 'VSCODE-DROPDOWN' ? 'change' : 'input';
  control.addEventListener(eventName, () => {
    if (state && control.value !== state.values[name]) {
      send({ kind: 'edit', field: name, value: control.value });
    }
  });
}
for (const { control, name } of secrets) {
  control.addEventListener('change', () => {
    if (control.value === '') return;
    send({ kind: 'secret', secret: name, value: control.value });
    // From here on only the secret storage knows it.
    control.value = '';
  });
}
profile.addEventListener('change', () => {
  if (state && profile.value !== state.profile) send({ kind: 'select', profile: profile.value });
});
for (const button of document.querySelectorAll<HTMLElement>('[data-send]')) {
  button.addEventListener('click', () =>
    send({ kind: button.dataset['send'] as 'request-token' | 'test' | 'cancel' | 'load-key' }),
  );
}
const form = document.querySelector('form');
form?.addEventListener('submit', (event) => event.preventDefault());

window.addEventListener('message', ({ data }: MessageEvent<ToForm>) => show(data.state));
setInterval(() => {
  if (state) renderToken(state, send);
}, 1000);
send({ kind: 'ready' });

function show(next: FormState): void {
  const isOtherProfile = state?.profile !== next.profile;
  state = next;
  // Hidden so far: half-loaded controls are no sight.
  form?.removeAttribute('hidden');
  showProfiles(next);
  for (const { control, name } of fields) {
    // What is being typed is newer than what comes back.
    if (isOtherProfile || !control.matches(':focus-within')) control.value = next.values[name];
    control.readOnly = next.mock && name.endsWith('Url');
  }
  for (const { control, name } of secrets) {
    const { storedSecret, emptySecret } = next.labels;
    control.placeholder = next.stored[name] ? storedSecret : emptySecret;
    if (isOtherProfile) control.value = '';
  }
  for (const part of document.querySelectorAll<HTMLElement>('[data-grants]')) {
    part.hidden = !part.dataset['grants']?.split(' ').includes(next.values.grant);
  }
  for (const part of document.querySelectorAll<HTMLElement>('[data-own-servers]')) {
    part.hidden = next.mock;
  }
  showBusy(next);
  renderToken(next, send);
  renderResults(next);
}

function showProfiles({ profiles, profile: active }: FormState): void {
  const shown = [...profile.children].map((option) => option.getAttribute('value'));
  if (shown.join('\n') !== profiles.map(({ name }) => name).join('\n')) {
    profile.replaceChildren(
      ...profiles.map(({ name, label }) => {
        const option = document.createElement('vscode-option');
        option.setAttribute('value', name);
        option.textContent = label;
        return option;
      }),
    );
  }
  // The dropdown learns of its new options a frame later.
  requestAnimationFrame(() => {
    profile.value = active;
  });
}

function showBusy({ busy }: FormState): void {
  for (const button of document.querySelectorAll<Control>('[data-busy]')) {
    button.disabled = busy !== undefined;
  }
  element('busy').hidden = busy === undefined;
}

function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new TypeError(`The page has no #${id}.`);
  return found as T;
}
