// The `launch` value of an EHR launch: the context, signed so that only this server's values pass.
// OpenEMR encrypts it (src/FHIR/SMART/SMARTLaunchToken.php); to an application both are opaque.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isRecord, parseJson } from '#core/guards.ts';
import { devSigningKey } from './dev-signing-key.ts';
import type { TokenContext } from './state.ts';

export function launchToken({ patient, encounter, intent }: TokenContext): string {
  const payload = JSON.stringify({ p: patient, e: encounter, i: intent });
  const encoded = Buffer.from(payload).toString('base64url');
  return `${encoded}.${mac(encoded).toString('base64url')}`;
}

/** Undefined for a value that is not ours. */
export function contextOfLaunch(launch: string): TokenContext | undefined {
  const [encoded = '', signature = ''] = launch.split('.', 2);
  const sent = Buffer.from(signature, 'base64url');
  const own = mac(encoded);
  if (sent.length !== own.length || !timingSafeEqual(sent, own)) return undefined;
  const context = parseJson(Buffer.from(encoded, 'base64url').toString());
  if (!isRecord(context)) return undefined;
  const { p, e, i } = context;
  return {
    isEhrLaunch: true,
    ...(typeof p === 'string' && { patient: p }),
    ...(typeof e === 'string' && { encounter: e }),
    ...(typeof i === 'string' && { intent: i }),
  };
}

function mac(text: string): Buffer {
  return createHmac('sha256', devSigningKey.d).update(text).digest();
}
