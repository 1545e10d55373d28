// Why an answer is as it is, in sentences: from the notes of the mock, else from what the journal knows.
import { readFileSync } from 'node:fs';
import type { JournalEntry, JournalNote } from '#core/control/wire.ts';
import { fill, type Text } from '#core/text.ts';
import { openemrExplanations } from './explanation-texts.ts';
import { otherExplanations } from './explanation-texts-fhir-orthanc.ts';

export interface ExplainedNote extends JournalNote {
  readonly cause?: string;
  readonly fix?: string;
}

export const explanations = { ...openemrExplanations, ...otherExplanations };

/** @param language - a language tag or the value of an Accept-Language header */
export function explain(entry: JournalEntry, language = 'en'): ExplainedNote[] {
  const bundle = /^ko\b/i.test(language) ? koreanBundle() : {};
  const say = ({ template }: Text, args: JournalNote['args'] = {}): string => {
    const translated = bundle[template];
    return fill(typeof translated === 'string' ? translated : template, args);
  };
  return notesOf(entry).map((note) => {
    const known = explanations[note.key];
    if (!known) return note;
    return { ...note, cause: say(known.cause, note.args), fix: say(known.fix, note.args) };
  });
}

function notesOf(entry: JournalEntry): readonly JournalNote[] {
  const { scenario, notes, server, status = 0 } = entry;
  if (scenario !== undefined) return [{ key: 'kernel.scenario', args: { scenario } }, ...notes];
  if (notes.length > 0 || status < 400) return notes;
  const key = server === 'fhir' ? fhirKey(status) : server === 'orthanc' ? orthancKey(entry) : '';
  return key === '' ? [] : [{ key }];
}

function fhirKey(status: number): string {
  if (status === 401 || status === 403) return 'fhir.token';
  if (status === 404) return 'fhir.unknown-id';
  if (status === 410) return 'fhir.gone';
  return status === 409 || status === 412 ? 'fhir.conflict' : 'fhir.invalid';
}

function orthancKey({ status, method, path }: JournalEntry): string {
  if (status === 401) return 'orthanc.credentials';
  if (status === 404) {
    return /\/\d+(\.\d+){2,}(\/|$)/.test(path) ? 'orthanc.uid-instead-of-id' : 'orthanc.unknown-id';
  }
  const isUpload = method === 'POST' && path === '/instances';
  return isUpload ? 'orthanc.bad-upload' : 'orthanc.bad-request';
}

/** Beside the bundled program, or where the build puts it when the sources run; empty without a build. */
function koreanBundle(): Record<string, unknown> {
  const name = 'l10n/bundle.l10n.ko.json';
  for (const place of [`../${name}`, `../../dist/${name}`]) {
    try {
      return JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return {};
}
