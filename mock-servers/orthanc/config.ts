// Orthanc's own configuration keys, as far as the mock obeys them; the others are named in a warning.

import { attributeByName, parseTag } from '#core/dicom/dictionary.ts';
import { type Text, text } from '#core/text.ts';
import type { Level } from './archive/model.ts';
import { termOfEncoding } from './dicom/encodings.ts';
import { type Modality, parseModality } from './modality-form.ts';
import { OrthancError } from './rest/errors.ts';
import { parseWebServers, type WebServer } from './web-server.ts';

export interface OrthancConfig {
  readonly name: string;
  readonly dicomAet: string;
  readonly dicomPort: number | undefined;
  readonly checkCalledAet: boolean;
  readonly alwaysAllow: {
    readonly find: boolean;
    readonly get: boolean;
    readonly move: boolean;
    readonly store: boolean;
    readonly echo: boolean;
  };
  readonly modalities: ReadonlyMap<string, Modality>;
  /** Seconds. */
  readonly scuTimeout: number;
  /** C-MOVE or C-GET, where a modality says `SystemDefault`. */
  readonly retrieveMethod: string;
  readonly peers: ReadonlyMap<string, WebServer>;
  readonly overwriteInstances: boolean;
  readonly stableAgeMs: number;
  readonly isAuthenticated: boolean;
  readonly users: ReadonlyMap<string, string>;
  readonly limitFindResults: number;
  readonly limitFindInstances: number;
  readonly caseSensitivePn: boolean;
  readonly defaultEncoding: string;
  /** The same as a DICOM term. */
  readonly defaultCharset: string;
  readonly compresses: boolean | undefined;
  readonly keepAlive: boolean;
  readonly mediaArchiveSize: number;
  readonly storesMd5: boolean;
  readonly maximumPatientCount: number;
  readonly maximumStorageSize: number;
  readonly executesLua: boolean;
  readonly extraMainDicomTags: Readonly<Record<Level, readonly string[]>>;
  readonly userMetadata: ReadonlyMap<string, number>;
  readonly userContentTypes: ReadonlyMap<string, number>;
  readonly dicomWebRoot: string;
  readonly dicomWebServers: ReadonlyMap<string, WebServer>;
  readonly wadoRoot: string;
  /** Sentences about keys that have no effect here. */
  readonly warnings: readonly Text[];
}

/** Keys that the mock knows but decides by other means: the suite's ports, folder and loopback binding. */
const decidedElsewhere = new Set(
  'HttpPort HttpServerEnabled DicomServerEnabled RemoteAccessAllowed HttpBindAddresses StorageDirectory IndexDirectory Plugins'.split(
    ' ',
  ),
);

export type Settings = Readonly<Record<string, unknown>>;

/** Reads a configuration; values of a wrong type are answered like missing ones, with a warning. */
export function parseConfig(settings: Settings): OrthancConfig {
  const reader = new SettingsReader(settings);
  const dicomWeb = reader.object('DicomWeb');
  const defaultEncoding = reader.string('DefaultEncoding', 'Latin1');
  const config = {
    name: reader.string('Name', 'OpenEMR Workbench'),
    dicomAet: reader.string('DicomAet', 'ORTHANC'),
    dicomPort: reader.optionalNumber('DicomPort'),
    checkCalledAet: reader.boolean('DicomCheckCalledAet', false),
    alwaysAllow: {
      echo: reader.boolean('DicomAlwaysAllowEcho', true),
      store: reader.boolean('DicomAlwaysAllowStore', true),
      find: reader.boolean('DicomAlwaysAllowFind', true),
      get: reader.boolean('DicomAlwaysAllowGet', true),
      move: reader.boolean('DicomAlwaysAllowMove', true),
    },
    modalities: mapped(reader.object('DicomModalities'), modalityOrNone),
    scuTimeout: reader.number('DicomScuTimeout', 10),
    retrieveMethod: reader.string('DicomDefaultRetrieveMethod', 'C-MOVE'),
    peers: parseWebServers(reader.object('OrthancPeers')),
    overwriteInstances: reader.boolean('OverwriteInstances', false),
    stableAgeMs: reader.number('StableAge', 60) * 1000,
    isAuthenticated: reader.boolean('AuthenticationEnabled', 'RegisteredUsers' in settings),
    users: mapped(reader.object('RegisteredUsers'), (value) =>
      typeof value === 'string' ? value : undefined,
    ),
    limitFindResults: reader.number('LimitFindResults', 0),
    limitFindInstances: reader.number('LimitFindInstances', 0),
    caseSensitivePn: reader.boolean('CaseSensitivePN', false),
    defaultEncoding,
    defaultCharset: termOfEncoding(defaultEncoding) ?? 'ISO_IR 100',
    compresses: reader.optionalBoolean('HttpCompressionEnabled'),
    keepAlive: reader.boolean('KeepAlive', true),
    mediaArchiveSize: reader.number('MediaArchiveSize', 1),
    storesMd5: reader.boolean('StoreMD5ForAttachments', true),
    maximumPatientCount: reader.number('MaximumPatientCount', 0),
    maximumStorageSize: reader.number('MaximumStorageSize', 0),
    executesLua: reader.boolean('ExecuteLuaEnabled', false),
    extraMainDicomTags: extraTags(reader.object('ExtraMainDicomTags')),
    userMetadata: mapped(reader.object('UserMetadata'), asNumber),
    userContentTypes: mapped(reader.object('UserContentType'), asNumber),
    dicomWebServers: parseWebServers(asSettings(dicomWeb['Servers']) ?? {}),
    dicomWebRoot: rootPath(dicomWeb['Root'], '/dicom-web/'),
    wadoRoot: rootPath(dicomWeb['WadoRoot'], '/wado'),
  };
  return { ...config, warnings: reader.warnings() };
}

class SettingsReader {
  readonly #settings: Settings;
  readonly #known = new Set<string>();
  readonly #wrong = new Set<string>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  string(key: string, fallback: string): string {
    return this.#value(key, (value) => (typeof value === 'string' ? value : undefined)) ?? fallback;
  }

  number(key: string, fallback: number): number {
    return this.optionalNumber(key) ?? fallback;
  }

  optionalNumber(key: string): number | undefined {
    return this.#value(key, asNumber);
  }

  boolean(key: string, fallback: boolean): boolean {
    return this.optionalBoolean(key) ?? fallback;
  }

  optionalBoolean(key: string): boolean | undefined {
    return this.#value(key, (value) => (typeof value === 'boolean' ? value : undefined));
  }

  object(key: string): Settings {
    return this.#value(key, asSettings) ?? {};
  }

  warnings(): Text[] {
    const unknown = Object.keys(this.#settings).filter(
      (key) => !this.#known.has(key) && !decidedElsewhere.has(key),
    );
    return [
      ...unknown.map((key) =>
        text(
          'The Orthanc setting {key} has no effect in the mock server. Remove it, or use a real Orthanc for it.',
          { key },
        ),
      ),
      ...[...this.#wrong].map((key) =>
        text(
          'The Orthanc setting {key} has a value of the wrong type and was left at its default. Correct it in the configuration file.',
          { key },
        ),
      ),
    ];
  }

  #value<Value>(key: string, read: (value: unknown) => Value | undefined): Value | undefined {
    this.#known.add(key);
    const given = this.#settings[key];
    if (given === undefined) return undefined;
    const value = read(given);
    if (value === undefined) this.#wrong.add(key);
    return value;
  }
}

/** Undefined for an entry that is none: Orthanc itself would not start. */
function modalityOrNone(value: unknown): Modality | undefined {
  try {
    return parseModality(value);
  } catch (error) {
    if (error instanceof OrthancError) return undefined;
    throw error;
  }
}

function mapped<Value>(
  settings: Settings,
  read: (value: unknown) => Value | undefined,
): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const [key, given] of Object.entries(settings)) {
    const value = read(given);
    if (value !== undefined) values.set(key, value);
  }
  return values;
}

function extraTags(settings: Settings): Record<Level, string[]> {
  const ofLevel = (level: Level) => {
    const names = settings[level];
    if (!Array.isArray(names)) return [];
    return names.flatMap(
      (name) => attributeByName(String(name))?.tag ?? parseTag(String(name)) ?? [],
    );
  };
  return {
    Patient: ofLevel('Patient'),
    Study: ofLevel('Study'),
    Series: ofLevel('Series'),
    Instance: ofLevel('Instance'),
  };
}

function rootPath(value: unknown, fallback: string): string {
  const path = typeof value === 'string' ? value : fallback;
  return `/${path.split('/').filter(Boolean).join('/')}`;
}

function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

function asSettings(value: unknown): Settings | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Settings)
    : undefined;
}
