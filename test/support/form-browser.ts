// What a person does with a browser at a sign-in: follows redirects, keeps cookies, fills in forms.
import assert from 'node:assert/strict';

export type FormFields = ReadonlyMap<string, string>;

export interface FormBrowser {
  /**
   * Opens an address and works through the forms behind it.
   *
   * @param fill - what is typed and pressed on a page, added to what the form already holds
   * @returns the first address that starts with `until`; it is not opened
   */
  walk(
    start: string,
    until: string,
    fill: (form: FormFields) => Record<string, string>,
  ): Promise<string>;
}

const mostSteps = 20;

export function createFormBrowser(): FormBrowser {
  const cookies = new Map<string, string>();

  async function open(url: string, body?: URLSearchParams): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const init = body === undefined ? {} : { method: 'POST', body };
    const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  return {
    async walk(start, until, fill) {
      let url = start;
      let body: URLSearchParams | undefined;
      for (let step = 0; step < mostSteps; step += 1) {
        const response = await open(url, body);
        const page = await response.text();
        body = undefined;
        const location = response.headers.get('location');
        if (location === null) {
          assert.equal(response.status, 200, page);
          const form = readForm(page);
          body = new URLSearchParams([...form.fields, ...Object.entries(fill(form.fields))]);
          url = new URL(form.action, url).href;
        } else {
          url = new URL(location, url).href;
          if (url.startsWith(until)) return url;
        }
      }
      return assert.fail(`The sign-in does not end; it stands at ${url}`);
    },
  };
}

/** The first form that is posted: hidden fields, and boxes that are ticked. */
function readForm(page: string): { action: string; fields: Map<string, string> } {
  const forms = page.match(/<form[\s\S]*?<\/form>/g) ?? [];
  const form = forms.find((one) => attribute(one, 'method') === 'post') ?? assert.fail(page);
  const fields = new Map<string, string>();
  for (const [input] of form.matchAll(/<input[^>]*>/g)) {
    const type = attribute(input, 'type');
    const isSent = type === 'hidden' || (type === 'checkbox' && /\bchecked\b/.test(input));
    if (isSent) fields.set(attribute(input, 'name'), attribute(input, 'value'));
  }
  return { action: attribute(form, 'action'), fields };
}

function attribute(tag: string, name: string): string {
  const [, value = ''] = new RegExp(`\\b${name}="([^"]*)"`).exec(tag) ?? [];
  return value.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
}
