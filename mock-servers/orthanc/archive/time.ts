/** `20261122T055659`: how Orthanc writes a moment, in UTC. */
export function orthancTime(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+Z$/g, '');
}

/** `20261122T055700.409063`: the same with microseconds, for jobs. */
export function orthancTimeMicro(ms: number): string {
  const micros = new Date(ms).toISOString().slice(20, 23);
  return `${orthancTime(ms)}.${micros}000`;
}
