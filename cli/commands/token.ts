import { text } from '#core/text.ts';
import { withClients } from '../connection.ts';
import { exitCode } from '../exit-code.ts';
import { type ConnectionFlags, connectionSettings } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

/** The token alone goes to stdout: `TOKEN=$(openemr-workbench token)`. */
export async function token(
  flags: ConnectionFlags & { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const { print, remark, say, signal } = terminal;
  const settings = connectionSettings(flags, terminal.environment);
  return withClients(settings, flags, terminal, async ({ connect }) => {
    const set = await connect().tokens.token({ signal });
    if (!set) return exitCode.failed;
    const { accessToken, expiresAtMs, scopes, tokenType } = set;
    const expiresAt = expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString();
    if (flags.json) print(JSON.stringify({ accessToken, tokenType, expiresAt, scopes }));
    else {
      print(accessToken);
      remark(
        say(
          text('Valid until {time}, for: {scopes}', {
            time: expiresAt ?? '?',
            scopes: scopes.join(' '),
          }),
        ),
      );
    }
    return exitCode.ok;
  });
}
