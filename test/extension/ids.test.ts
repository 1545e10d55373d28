import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { CommandId, ContextKey, containerId, fhirScheme, ViewId } from '#extension/ids.ts';

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
const { contributes, activationEvents } = JSON.parse(manifest);
const commandIds: readonly string[] = Object.values(CommandId);

describe('ids shared with package.json', () => {
  it('name the same commands in both directions', () => {
    const contributed = contributes.commands.map(({ command }: { command: string }) => command);

    assert.deepEqual(contributed.toSorted(), commandIds.toSorted());
  });

  it('name the same views in both directions', () => {
    const contributed = contributes.views.openemrWorkbench.map(({ id }: { id: string }) => id);

    assert.deepEqual(contributed.toSorted(), Object.values<string>(ViewId).toSorted());
  });

  it('name the same container', () => {
    assert.deepEqual(Object.keys(contributes.views), [containerId]);
    assert.equal(contributes.viewsContainers.activitybar[0].id, containerId);
  });

  it('name the same context keys in both directions', () => {
    const known = Object.values<string>(ContextKey);
    const clauses = manifest.match(/openemrWorkbench\.\w+\.(?:state|search|results)\b/g) ?? [];

    assert.deepEqual([...new Set(clauses)].toSorted(), known.toSorted());
  });

  it('leave no menu or link to a command that does not exist', () => {
    const nls = readFileSync(new URL('../../package.nls.json', import.meta.url), 'utf8');
    const linked = [...nls.matchAll(/command:([\w.]+)/g)].map(([, id]) => id ?? '');
    const inMenus = Object.values<{ command: string }[]>(contributes.menus).flat();
    const named = [...linked, ...inMenus.map(({ command }) => command)];

    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((id) => !commandIds.includes(id)),
      [],
    );
  });

  it('keep commands that need an argument out of the palette', () => {
    const hidden = contributes.menus.commandPalette.map(
      ({ command }: { command: string }) => command,
    );

    assert.ok(commandIds.length - hidden.length <= 30, 'more than 30 commands in the palette');
  });

  it('activate on the scheme of resources', () => {
    assert.ok(activationEvents.includes(`onFileSystem:${fhirScheme}`));
  });
});
