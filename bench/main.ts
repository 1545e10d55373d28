// `npm run bench [-- WORD]`: every `benchmarks` array of the files beside this one, as one table.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { table } from '#cli/table.ts';
import { type Benchmark, type Measured, measure, type Skipped } from './harness.ts';

const here = fileURLToPath(new URL('./', import.meta.url));
const root = path.join(here, '..');

const header = ['benchmark', 'figure', 'baseline', 'ratio', 'goal', 'met'];
const word = process.argv[2] ?? '';
const benchmarks = await discover();
const chosen = benchmarks.filter(({ name }) => name.includes(word));
if (chosen.length === 0) {
  const names = benchmarks.map(({ name }) => `  ${name}`).join('\n');
  console.error(`No benchmark has "${word}" in its name. There are:\n${names}`);
  process.exit(2);
}
const { bundle } = await import('../build/bundle.mjs');
await bundle();

const results: (Measured | Skipped)[] = [];
for (const benchmark of chosen) {
  console.error(`measuring ${benchmark.name} ...`);
  results.push(await measureOrSay(benchmark));
}
console.log(table([header, ...results.map(row)]));
await keep(results);
const missed = results.filter((result) => 'isMet' in result && !result.isMet).length;
console.log(`${results.length} measured or skipped, ${missed} missed their goal`);

/** One that breaks does not hide the others. */
async function measureOrSay(benchmark: Benchmark): Promise<Measured | Skipped> {
  try {
    return await measure(benchmark);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
    return { name: benchmark.name, reason: 'it broke, see above' };
  }
}

async function discover(): Promise<Benchmark[]> {
  const names = (await readdir(here)).filter(
    (name) => name.endsWith('.ts') && name !== 'main.ts' && name !== 'harness.ts',
  );
  const found: Benchmark[] = [];
  for (const name of names.sort()) {
    const module: unknown = await import(pathToFileURL(path.join(here, name)).href);
    // Typed where it is written: `export const benchmarks: readonly Benchmark[]`.
    found.push(...((module as { benchmarks?: readonly Benchmark[] }).benchmarks ?? []));
  }
  return found;
}

function row(result: Measured | Skipped): string[] {
  if ('reason' in result) return [result.name, '', '', '', '', `skipped: ${result.reason}`];
  const { name, unit, subject, baseline, ratio, isMet } = result;
  const goal = goalWords(result);
  return [
    name,
    `${figure(subject)} ${unit}`,
    baseline ? `${figure(baseline.value)} ${unit} (${baseline.name})` : '',
    ratio === undefined ? '' : `${figure(ratio)} x`,
    goal,
    goal === '' ? '' : isMet ? 'yes' : 'NO',
  ];
}

function goalWords({ goal, ratio, unit }: Measured): string {
  const suffix = ratio === undefined ? ` ${unit}` : ' x';
  if (goal.atMost !== undefined) return `<= ${goal.atMost}${suffix}`;
  return goal.atLeast === undefined ? '' : `>= ${goal.atLeast}${suffix}`;
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

async function keep(measured: readonly unknown[]): Promise<void> {
  const folder = path.join(root, 'artifacts');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'bench.json'), `${JSON.stringify(measured, undefined, 2)}\n`);
}
