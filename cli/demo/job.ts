// The main job, once, against running servers: every step says what it did in one line.
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#core/clock.ts';
import { createFhirClient } from '#core/fhir/client.ts';
import type { Http } from '#core/http.ts';
import { registerClient } from '#core/oauth/registration.ts';
import { createTokenCache } from '#core/oauth/token-cache.ts';
import { createOrthancClient } from '#core/orthanc/client.ts';
import { restSender } from '#core/orthanc/rest-sender.ts';
import { type Text, text } from '#core/text.ts';
import { type Connection, connect } from '#core/workflows/connect.ts';
import { fhirDirectory } from '#core/workflows/fhir-directory.ts';
import { type SendRow, sendDicom } from '#core/workflows/send-dicom.ts';
import { DemoFailure } from './demo-failure.ts';

export interface DemoInput {
  readonly http: Http;
  readonly urls: { readonly openemr: string; readonly fhir: string; readonly orthanc: string };
  /** Of the seed. */
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  /** DICOM files. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface DemoStep {
  readonly title: Text;
  run(): Promise<Text>;
}

const scopes = ['system/Patient.read', 'system/Encounter.read', 'system/Observation.read'];

/** Each step leans on the ones before it. */
export function demoSteps(input: DemoInput): readonly DemoStep[] {
  const { http, urls, client, folder, signal } = input;
  const tokens = createTokenCache({ clock: systemClock });
  const connection: Connection = connect(
    {
      baseUrl: urls.openemr,
      site: 'default',
      clientId: client.clientId,
      clientAuth: 'secretPost',
      grant: 'client_credentials',
      scopes,
    },
    {
      http,
      clock: systemClock,
      newId: randomUUID,
      tokens,
      secrets: async () => ({ clientSecret: client.clientSecret }),
    },
  );
  const fhir = createFhirClient({ http, baseUrl: urls.fhir });
  const orthanc = createOrthancClient({ http, baseUrl: urls.orthanc });
  let sent: readonly SendRow[] = [];

  return [
    {
      title: text('Register a client in OpenEMR'),
      async run() {
        const { registration } = await connection.endpoints({ signal });
        if (registration === undefined) throw new DemoFailure(noRegistration());
        const metadata = {
          application_type: 'private',
          client_name: 'OpenEMR Workbench demo',
          redirect_uris: ['http://127.0.0.1/callback'],
          post_logout_redirect_uris: ['http://127.0.0.1/'],
          contacts: ['demo@example.org'],
          token_endpoint_auth_method: 'client_secret_post',
          scope: 'openid api:oemr user/patient.read',
        } as const;
        const { clientId } = await registerClient(http, registration, metadata, { signal });
        return text('{id}…, disabled until an administrator enables it, as in a real OpenEMR', {
          id: clientId.slice(0, 12),
        });
      },
    },
    {
      title: text('Request a token'),
      async run() {
        const token = await connection.tokens.token({ signal });
        const seconds = Math.round(((token?.expiresAtMs ?? 0) - systemClock.now()) / 1000);
        return text('{client}: {scopes}, valid for {seconds} s', {
          client: client.clientId,
          scopes: (token?.scopes ?? []).join(' '),
          seconds,
        });
      },
    },
    {
      title: text('Read and search FHIR in OpenEMR'),
      async run() {
        const { matches } = await connection.fhir.searchPage('Patient', {}, { signal });
        const id = matches[0]?.id;
        if (id === undefined) throw new DemoFailure(noPatient());
        const { resource } = await connection.fhir.read('Patient', id, { signal });
        return text('{count} patients, one read: Patient/{id}', {
          count: matches.length,
          id: resource.id ?? id,
        });
      },
    },
    {
      title: text('Edit a resource on the FHIR server'),
      async run() {
        const { matches } = await fhir.searchPage('Patient', { family: 'Smith' }, { signal });
        const id = matches[0]?.id;
        if (id === undefined) throw new DemoFailure(noPatient());
        const { resource, etag } = await fhir.read('Patient', id, { signal });
        const edited = { ...resource, maritalStatus: { text: 'Married' } };
        const saved = await fhir.update(edited, { signal, ...(etag !== undefined && { etag }) });
        return text('Patient/{id}: version {before} became {after}', {
          id,
          before: etag ?? '?',
          after: saved.etag ?? '?',
        });
      },
    },
    {
      title: text('Match the patients and send a folder of DICOM files'),
      async run() {
        const result = await sendDicom({
          inputs: [folder],
          sender: restSender(orthanc),
          patients: { directory: fhirDirectory(fhir) },
          signal,
        });
        sent = result.rows.filter(isKept);
        if (result.error !== undefined) throw result.error;
        const failed = result.rows.find(({ status }) => status === 'Failed');
        if (failed) throw new DemoFailure(failed.reason ?? noFile(), failed.name);
        const matched = new Set(sent.flatMap(({ patient }) => uuidOf(patient)));
        if (sent.length === 0) throw new DemoFailure(noFile());
        return text('{files} files stored, of {patients} known patients', {
          files: sent.length,
          patients: matched.size,
        });
      },
    },
    {
      title: text('Fetch one back'),
      async run() {
        const [row] = sent;
        if (row?.orthancId === undefined) throw new DemoFailure(noFile());
        // Rows name files from the folder's name on.
        const same = await isSameFile(path.resolve(folder, '..', row.name), (target) =>
          orthanc.download('instances', String(row.orthancId), target, { signal }),
        );
        if (!same) throw new DemoFailure(otherBytes(), row.name);
        return text('{name}: the same bytes as sent', { name: path.basename(row.name) });
      },
    },
  ];
}

function isKept({ status, name }: SendRow): boolean {
  return (status === 'Success' || status === 'AlreadyStored') && !name.includes('!');
}

function uuidOf(match: SendRow['patient']): string[] {
  return match?.kind === 'matched' ? [match.uuid] : [];
}

async function isSameFile(
  original: string,
  download: (target: string) => Promise<unknown>,
): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'workbench-demo-'));
  try {
    const target = path.join(folder, 'fetched.dcm');
    await download(target);
    return (await digest(original)) === (await digest(target));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function digest(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

function noRegistration(): Text {
  return text('The server offers no registration endpoint. Check that it is OpenEMR 7.');
}

function noPatient(): Text {
  return text('The server has no such patient. Start it with its seed.');
}

function noFile(): Text {
  return text('No DICOM file was stored. Check the folder.');
}

function otherBytes(): Text {
  return text('Orthanc gave back other bytes than it got. Check its storage.');
}
