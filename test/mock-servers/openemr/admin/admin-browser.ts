// A person on OpenEMR's own pages, without a browser.
import { type Browser, fieldOf, openBrowser } from '../oauth/browser.ts';
import type { Answered, Form, World } from '../oauth/world.ts';

export const clientsPath = '/interface/smart/admin-client.php';
export const configPath = '/interface/super/edit_globals.php?mode=Connectors';

export interface AdminBrowser extends Browser {
  /** Sends a form with the page's CSRF token. */
  press(path: string, form?: Form): Promise<Answered>;
}

export async function signInAsAdmin(world: World): Promise<AdminBrowser> {
  const browser = openBrowser(world);
  await browser.submit('/interface/main/main_screen.php?auth=login&site=default', {
    authUser: 'admin',
    clearPass: 'pass',
  });
  const main = await browser.open('/interface/main/tabs/main.php');
  const csrf = fieldOf(main.text, 'csrf_token_form');
  return {
    ...browser,
    press: (path, form = {}) => browser.submit(path, { csrf_token_form: csrf, ...form }),
  };
}

export const actionPath = (action: string): string => `${clientsPath}?action=${action}`;

/** `grants[a]=1&grants[b]=1` */
export function ticks(name: string, values: readonly string[]): Form {
  return Object.fromEntries(values.map((value) => [`${name}[${value}]`, '1']));
}

/** The secret that a page shows once. */
export function shownSecret(page: string): string {
  return /id="client-secret">([^<]*)</.exec(page)?.[1] ?? '';
}

/** Everything a form on the Connectors page holds, as a browser would send it. */
export function formValues(page: string): Record<string, string> {
  const inputs = [...page.matchAll(/<input[^>]*>/g)].map(([tag]) => tag);
  const values = inputs
    .filter((tag) => !tag.includes('type="checkbox"') || tag.includes(' checked'))
    .map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')] as const)
    .filter(([name]) => name !== '');
  const selects = [...page.matchAll(/<select[^>]*name="([^"]*)"[^>]*>(.*?)<\/select>/gs)].map(
    ([, name = '', options = '']) =>
      [name, /value="([^"]*)" selected/.exec(options)?.[1] ?? '0'] as const,
  );
  return Object.fromEntries([...values, ...selects]);
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
}
