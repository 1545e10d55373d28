// One request as a line of a table: `[name =] METHOD PATH [| Header: value ...] [< body]`. `{ct.study}` stands for
// what a stored file is called, `{name}` for the id in the answer to the line of that name, `<@file` for a file.

export interface Call {
  readonly line: string;
  readonly name: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** A line that is empty or begins with `#` is none. */
export function callsOf(table: string): readonly Call[] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(callOf);
}

function callOf(line: string): Call {
  const [, head = '', body] = /^(.*?)(?: <(.*))?$/s.exec(line) ?? [];
  const [request = '', ...fields] = head.split(' | ');
  const [, name, method, path] = /^(?:(\w+) = )?([A-Z]+) (.+)$/.exec(request) ?? [];
  if (method === undefined || path === undefined) throw new Error(`No request: ${line}`);
  const headers = fields.map((field) => {
    const at = field.indexOf(':');
    return [field.slice(0, at), field.slice(at + 1).trim()] as const;
  });
  return { line, name, method, path, headers: Object.fromEntries(headers), body };
}
