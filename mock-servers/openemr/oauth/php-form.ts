// Parameters as PHP sees them in $_GET and $_POST: the last of a repeated name wins, `scope[x]=y`
// makes an array, and a body is read only as a form.
import Busboy from 'busboy';

export interface PhpForm {
  /** Undefined when absent or an array. */
  get(name: string): string | undefined;
  has(name: string): boolean;
  /** `name[key]=value`; empty when the name is absent or a plain value. */
  array(name: string): ReadonlyMap<string, string>;
}

export function phpForm(pairs: Iterable<readonly [string, string]>): PhpForm {
  const values = new Map<string, string | Map<string, string>>();
  for (const [name, value] of pairs) put(values, name, value);
  return {
    get(name) {
      const value = values.get(name);
      return typeof value === 'string' ? value : undefined;
    },
    has: (name) => values.has(name),
    array(name) {
      const value = values.get(name);
      return value instanceof Map ? value : new Map();
    },
  };
}

export const emptyForm = phpForm([]);

export function queryForm(query: string): PhpForm {
  return query === '' ? emptyForm : phpForm(new URLSearchParams(query));
}

/** A malformed multipart body counts as no form, as in PHP. */
export async function bodyForm(body: Buffer, contentType = ''): Promise<PhpForm> {
  const [type = ''] = contentType.toLowerCase().split(';', 1);
  if (type.trim() === 'application/x-www-form-urlencoded') return queryForm(body.toString());
  if (type.trim() === 'multipart/form-data') return multipartForm(body, contentType);
  return emptyForm;
}

function put(values: Map<string, string | Map<string, string>>, name: string, value: string): void {
  const bracket = name.indexOf('[');
  const isArray = bracket > 0 && name.includes(']', bracket);
  if (!isArray) {
    values.set(name.replace(/[ .]/g, '_'), value);
    return;
  }
  const outer = name.slice(0, bracket).replace(/[ .]/g, '_');
  const key = name.slice(bracket + 1, name.indexOf(']', bracket));
  const known = values.get(outer);
  const entries = known instanceof Map ? known : new Map<string, string>();
  entries.set(key === '' ? String(entries.size) : key, value);
  values.set(outer, entries);
}

function multipartForm(body: Buffer, contentType: string): Promise<PhpForm> {
  return new Promise((resolve) => {
    const pairs: [string, string][] = [];
    try {
      const parser = Busboy({ headers: { 'content-type': contentType } });
      parser.on('field', (name, value) => pairs.push([name, value]));
      parser.on('file', (_name, stream) => stream.resume());
      parser.once('close', () => resolve(phpForm(pairs)));
      parser.once('error', () => resolve(emptyForm));
      parser.end(body);
    } catch {
      // No boundary in the content type: PHP warns and leaves $_POST empty.
      resolve(emptyForm);
    }
  });
}
