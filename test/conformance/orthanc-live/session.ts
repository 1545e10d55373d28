// A server with some files stored, asked line after line; what it answers, without what each server invents.
import { hash } from 'node:crypto';
import { Agent } from 'node:http';
import { readPng } from '#mock-servers/orthanc/dicom/png-content.ts';
import { describeBody } from '../orthanc-rest/describe-body.ts';
import { type Answer, Client, unpacked } from '../orthanc-rest/recorder.ts';
import { loadScenario } from '../orthanc-rest/scenario.ts';
import type { Call } from './call-line.ts';

const { files } = loadScenario();

/** How lines call the files that are stored before the first of them. */
const stored: Readonly<Record<string, string>> = {
  ct: 'kr_ct_1_1',
  ct2: 'kr_ct_1_2',
  other: 'kr_ct_2_1',
  mr: 'kr_mr_1_1',
  jp: 'jp_mr_1_1',
  jp2: 'jp_mr_1_2',
  us: 'multiframe_us',
  jpegs: 'multiframe_jpeg',
  pdf: 'pdf',
  sr: 'sr',
  rgb: 'rgb_sc',
  rle: 'rle',
  jpeg: 'jpeg_baseline',
  latin1: 'latin1',
  noid: 'no_patient_id',
};

const headersKept = new Set(
  'content-type content-encoding content-disposition www-authenticate allow location cache-control x-content-type-options set-cookie server link content-range accept-ranges etag connection transfer-encoding'.split(
    ' ',
  ),
);

export class Session {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #client: Client;
  readonly #names = new Map<string, string>();
  readonly #known = new Set<string>();

  constructor(url: string) {
    this.#client = new Client(url, this.#agent);
    this.#names.set('host', new URL(url).host);
  }

  async store(): Promise<void> {
    for (const [name, file] of Object.entries(stored)) {
      const { body } = await this.#client.send(
        { method: 'POST', path: '/instances' },
        fileNamed(`${file}.dcm`),
      );
      const ids: Record<string, string> = JSON.parse(body.toString());
      this.#note(name, {
        instance: ids['ID'],
        series: ids['ParentSeries'],
        study: ids['ParentStudy'],
        patient: ids['ParentPatient'],
      });
      const tags = await this.#client.send({
        method: 'GET',
        path: `/instances/${ids['ID']}/simplified-tags`,
      });
      const values: Record<string, string> = JSON.parse(tags.body.toString());
      this.#note(name, {
        uid: values['SOPInstanceUID'],
        seriesUid: values['SeriesInstanceUID'],
        studyUid: values['StudyInstanceUID'],
      });
    }
  }

  /** Status, headers and body as one text that is the same on servers that are. */
  async ask(call: Call): Promise<string> {
    const answer = await this.#send(call);
    if (call.name !== undefined) this.#capture(call.name, answer);
    return this.#masked(noted(answer));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send({ method, path, headers, body }: Call): Promise<Answer> {
    const named = { method, path: this.#named(path), headers: this.#namedAll(headers) };
    if (method === 'WAIT') {
      await this.#client.wait(named.path);
      return this.#client.send({ ...named, method: 'GET' });
    }
    return this.#client.send(named, this.#bytes(body));
  }

  #bytes(body: string | undefined): Buffer | undefined {
    if (body === undefined) return undefined;
    if (body.startsWith('@')) return fileNamed(body.slice(1));
    return Buffer.from(this.#named(body).replaceAll('\\r\\n', '\r\n'));
  }

  #named(text: string): string {
    return text.replace(/\{(\w+(?:\.\w+)?)\}/g, (whole, name: string) => {
      return this.#names.get(name) ?? whole;
    });
  }

  #namedAll(headers: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, this.#named(value)]),
    );
  }

  #note(file: string, values: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(values)) {
      this.#names.set(`${file}.${name}`, value ?? '');
      this.#known.add(value ?? '');
    }
  }

  #capture(name: string, { body, headers }: Answer): void {
    const [id] = /[0-9a-f]{8}(-[0-9a-f]{8}){4}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(
      body.toString('latin1'),
    ) ?? [''];
    this.#names.set(name, String(headers['etag'] ?? id));
  }

  #masked(text: string): string {
    return (
      text
        .replace(/boundary="?[-\w]+"?/g, 'boundary=<b>')
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
        .replace(/[0-9a-f]{8}(-[0-9a-f]{8}){4}/g, (id) => (this.#known.has(id) ? id : '<id>'))
        .replace(
          /(?<![\d.])(1\.2\.276\.0\.7230010\.3|2\.25|1\.2\.826\.0\.1\.3680043\.8\.498)\.[\d.]+/g,
          (uid) => (this.#known.has(uid) ? uid : '<uid>'),
        )
        .replace(/\d{8}T\d{6}(\.\d+)?/g, '<time>')
        // The hash of a body that is a time.
        .replace(/(etag: "\d+-)[0-9a-f]{32}(?=".*\n\n<time>$)/s, '$1<hash>')
        .replace(/(127\.0\.0\.1|localhost):\d+/g, '<host>')
        // Compressors differ, and so do UIDs in their length.
        .replace(/("ArchiveSize" : )"\d+"/g, '$1"<number>"')
        .replace(/("name":"DICOMDIR","size":)\d+/g, '$1"<number>"')
        .replace(/("(?:EffectiveRuntime|DicomPort|HttpPort|Timestamp)" : )[\d.]+/g, '$1<number>')
    );
  }
}

function fileNamed(name: string): Buffer {
  const bytes = files[name];
  if (!bytes) throw new Error(`The scenario has no file ${name}`);
  return Buffer.from(bytes);
}

function noted({ status, rawHeaders, headers, body }: Answer): string {
  const lines = [String(status)];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (headersKept.has(name)) lines.push(`${name}: ${rawHeaders[at + 1]}`);
  }
  const type = String(headers['content-type'] ?? '');
  const whole = unpacked(body, headers['content-encoding']);
  const isText = !whole.includes(0) && Buffer.from(whole.toString()).equals(whole);
  const shown =
    isText && !type.startsWith('multipart')
      ? whole.toString()
      : `${JSON.stringify(describeBody(whole, type))}${pixelsOf(whole)}`;
  return [lines[0], ...lines.slice(1).sort(), '', shown].join('\n');
}

/** Compressors differ; the pixels must not. */
function pixelsOf(body: Buffer): string {
  const image = readPng(body);
  return image ? ` pixels ${hash('sha1', Buffer.from(image.samples))}` : '';
}

/** Two servers list the ids that they have invented in different orders. */
export function isSame(real: string, mock: string): boolean {
  if (real === mock) return true;
  return real.includes('<id>') && sortedLines(real) === sortedLines(mock);
}

function sortedLines(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/,$/, ''));
  return lines.sort().join('\n');
}
