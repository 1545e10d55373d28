import { timingSafeEqual } from 'node:crypto';
import type { OrthancConfig } from '../config.ts';

/** The user of a request, `''` where nobody needs a name; undefined when it must be refused. */
export function usernameOf(
  authorization: string | undefined,
  config: OrthancConfig,
): string | undefined {
  if (!config.isAuthenticated) return '';
  // Orthanc compares the scheme letter for letter: `basic` is refused.
  if (!authorization?.startsWith('Basic ')) return undefined;
  const decoded = Buffer.from(authorization.slice('Basic '.length), 'base64').toString('utf8');
  const [user = '', ...rest] = decoded.split(':');
  const password = config.users.get(user);
  return password !== undefined && isSame(password, rest.join(':')) ? user : undefined;
}

function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
