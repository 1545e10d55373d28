// The recorded conversation as data: 944 requests in their order, with what has to happen between them.
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';

export interface Step {
  readonly group: string;
  readonly id: string;
  readonly method: string;
  /** `{{name}}` stands for an id that an earlier answer gave. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodySpec;
  /** Name under which the `ID` of the answer is kept. */
  readonly capture?: string;
}

export type BodySpec =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'gzip'; readonly file: string }
  | { readonly kind: 'form'; readonly files: readonly string[] }
  | { readonly kind: 'related'; readonly type: string; readonly files: readonly string[] };

export interface Scenario {
  readonly steps: readonly Step[];
  /** Files by name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

const golden = (name: string) => new URL(`./golden/${name}`, import.meta.url);

export function loadScenario(): Scenario {
  const steps: Step[] = JSON.parse(gunzipSync(readFileSync(golden('scenario.json.gz'))).toString());
  return { steps, files: unzipSync(readFileSync(golden('inputs.zip'))) };
}

/** What a real server of a version answered, by `group|id#n`. */
export function loadRecording(version: string): Recording {
  return JSON.parse(gunzipSync(readFileSync(golden(`rest-${version}.json.gz`))).toString());
}

export interface Recorded {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Recording = Readonly<Record<string, Recorded>>;

/** The bytes of a request body. */
export function bodyBytes(
  spec: BodySpec | undefined,
  files: Scenario['files'],
): Buffer | undefined {
  if (!spec) return undefined;
  const file = (name: string) => Buffer.from(files[name] ?? missing(name));
  switch (spec.kind) {
    case 'text':
      return Buffer.from(spec.text);
    case 'file':
      return file(spec.file);
    case 'gzip':
      return gzipSync(file(spec.file));
    case 'form':
      return multipart(spec.files, 'XBOUNDARYX', (name) => [
        `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/dicom`,
        file(name),
      ]);
    case 'related':
      return multipart(spec.files, 'BNDRY', (name) => [
        `Content-Type: ${spec.type}`,
        name === '[]' ? Buffer.from('[]') : file(name),
      ]);
  }
}

function multipart(
  names: readonly string[],
  boundary: string,
  part: (name: string) => readonly [string, Buffer],
): Buffer {
  const parts = names.flatMap((name) => {
    const [head, body] = part(name);
    return [Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), body, Buffer.from('\r\n')];
  });
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--`)]);
}

function missing(name: string): never {
  throw new Error(`The scenario has no file ${name}`);
}
