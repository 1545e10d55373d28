// Reads a configuration file in Orthanc's own format: JSON with comments.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type ParseError, parse } from 'jsonc-parser';
import { WorkbenchError } from '#core/errors.ts';
import { text } from '#core/text.ts';
import type { Settings } from './config.ts';

/** @throws WorkbenchError `FILE_UNREADABLE` or `SETTINGS_INVALID` */
export function readConfigFile(path: string): Settings {
  const errors: ParseError[] = [];
  const settings: unknown = parse(readText(path), errors, { allowTrailingComma: true });
  if (
    errors.length > 0 ||
    typeof settings !== 'object' ||
    settings === null ||
    Array.isArray(settings)
  ) {
    throw new WorkbenchError(
      'SETTINGS_INVALID',
      text(
        'The Orthanc configuration {name} is not a JSON object. Correct it, or start without it.',
        {
          name: basename(path),
        },
      ),
    );
  }
  return settings as Settings;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new WorkbenchError(
      'FILE_UNREADABLE',
      text('The Orthanc configuration {name} cannot be read. Check the path and its permissions.', {
        name: basename(path),
      }),
      { cause },
    );
  }
}
