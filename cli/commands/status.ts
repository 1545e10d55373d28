import { withControlClient } from '../control.ts';
import { exitCode } from '../exit-code.ts';
import type { ControlFlags } from '../program.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

export async function status(
  { url, json }: ControlFlags & { readonly json?: boolean },
  { print, signal }: Terminal,
): Promise<number> {
  const health = await withControlClient(url, (control) => control.health({ signal }));
  if (json) print(JSON.stringify(health));
  else {
    const rows = Object.entries(health.urls).map(([name, address]) => [
      name,
      String(address),
      Object.entries(health.servers[name] ?? {})
        .map(([what, count]) => `${what} ${count}`)
        .join(', '),
    ]);
    print(table([['status', health.status, `pid ${health.pid}`], ...rows]));
  }
  return exitCode.ok;
}
