// A person in a browser, without one: keeps cookies, reads the pages' hidden fields, sends their forms.
import { createHash } from 'node:crypto';
import { type Answered, admin, redirectUri, type World } from './world.ts';

export const verifier = 'dBjftJeZ4CVP-mBKLS9hqxZw2Fk7a1g3Yp0sNnRrT8u';
export const challenge = createHash('sha256').update(verifier).digest('base64url');

export interface Authorization {
  readonly client_id: string;
  readonly scope: string;
  readonly [name: string]: string;
}

export interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly email?: string;
  readonly user_role?: string;
}

export interface Browser {
  open(path: string): Promise<Answered>;
  submit(path: string, form: Readonly<Record<string, string>>): Promise<Answered>;
  /** As in a Cookie header. */
  cookies(): string;
}

export function openBrowser(world: World): Browser {
  const cookies = new Map<string, string>();
  const header = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const go = async (path: string, init: RequestInit): Promise<Answered> => {
    const cookie = header();
    const answer = await world.send(path.replace(world.url, ''), {
      ...init,
      headers: { ...(cookie && { cookie }) },
    });
    for (const text of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  return {
    open: (path) => go(path, {}),
    submit: (path, form) => go(path, { method: 'POST', body: new URLSearchParams(form) }),
    cookies: header,
  };
}

export function authorizePath(query: Authorization): string {
  const all = { response_type: 'code', redirect_uri: redirectUri, state: 'af0ifjsldkj', ...query };
  return `/oauth2/default/authorize?${new URLSearchParams(all)}`;
}

/** The value of a hidden or plain input. */
export function fieldOf(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
}

export function scopesOffered(page: string): string[] {
  return [...page.matchAll(/name="scope\[([^\]]+)\]"/g)].map(([, scope]) => scope ?? '');
}

/** From /authorize to the page after the login. */
export async function signIn(
  browser: Browser,
  query: Authorization,
  login: Login = {},
): Promise<Answered> {
  await browser.open(authorizePath(query));
  const form = await browser.open('/oauth2/default/provider/login');
  const answer = await browser.submit('/oauth2/default/login', {
    csrf_token_form: fieldOf(form.text, 'csrf_token_form'),
    username: admin.username,
    password: 'pass',
    user_role: 'api',
    ...login,
  });
  const next = answer.headers.get('location');
  return next === null ? answer : browser.open(next);
}

/** Approves what is offered, or only what is named. */
export async function approve(
  browser: Browser,
  consent: Answered,
  scopes: readonly string[] = scopesOffered(consent.text),
): Promise<URL> {
  const answer = await browser.submit('/oauth2/default/device/code', {
    csrf_token_form: fieldOf(consent.text, 'csrf_token_form'),
    proceed: '1',
    ...Object.fromEntries(scopes.map((scope) => [`scope[${scope}]`, scope])),
  });
  return new URL(answer.headers.get('location') ?? 'about:blank');
}

/** The whole way: the code that the application receives. */
export async function codeFor(world: World, query: Authorization, login?: Login): Promise<string> {
  const browser = openBrowser(world);
  const callback = await approve(browser, await signIn(browser, query, login));
  return callback.searchParams.get('code') ?? '';
}
