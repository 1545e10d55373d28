// With a data folder: clients, tokens and globals over a restart. Written whole, then renamed.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, parseJson } from '#core/guards.ts';
import { copyState, newOAuthState, type OAuthState } from './oauth/state.ts';
import type { Settings } from './settings.ts';

const VERSION = 1;

export interface SignInFile {
  /** False when there is nothing to load. */
  load(state: OAuthState, changeSettings: (settings: Settings) => void): boolean;
  save(state: OAuthState, settings: Settings): void;
}

export function openSignInFile(dataDir: string): SignInFile {
  const file = join(dataDir, 'openemr-sign-in.json');
  return {
    load(state, changeSettings) {
      if (!existsSync(file)) return false;
      const saved = parseJson(readFileSync(file, 'utf8'));
      if (!isRecord(saved) || saved['version'] !== VERSION || !isRecord(saved['state']))
        return false;
      // Our own file: its maps hold what `save` wrote.
      copyState(mapsOf(saved['state']), state);
      changeSettings(saved['settings'] as Settings);
      return true;
    },
    save(state, settings) {
      const maps = Object.fromEntries(Object.entries(state).map(([name, map]) => [name, [...map]]));
      const draft = `${file}.new`;
      writeFileSync(draft, JSON.stringify({ version: VERSION, settings, state: maps }), {
        mode: 0o600,
      });
      renameSync(draft, file);
    },
  };
}

function mapsOf(saved: Readonly<Record<string, unknown>>): OAuthState {
  const state = newOAuthState();
  for (const [name, map] of Object.entries(state) as [string, Map<string, unknown>][]) {
    const entries = saved[name];
    if (!Array.isArray(entries)) continue;
    for (const [key, value] of entries as [string, unknown][]) map.set(key, value);
  }
  return state;
}
