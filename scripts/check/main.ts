// `npm run check`: everything that can be said about the sources without running them. Names of
// steps as arguments run these alone: `npm run check -- types imports`.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { styleText } from 'node:util';
import { $ } from 'zx';
import { ROOT } from '../bootstrap/root.mjs';
import { first, parallel, type Step } from './steps.ts';

type Outcome = { readonly step: Step; readonly ok: boolean };

const MAX_AT_ONCE = 4;
const run = $({ cwd: ROOT, nothrow: true, quiet: true, stdio: ['ignore', 'pipe', 'pipe'] });

async function runStep(step: Step): Promise<Outcome> {
  const startedAt = performance.now();
  const result = await run`${process.execPath} ${step.command}`;
  const ok = result.exitCode === 0;
  report(step, { ok, seconds: (performance.now() - startedAt) / 1000, output: result.text() });
  return { step, ok };
}

function report(
  { name, proves, next }: Step,
  { ok, seconds, output }: { ok: boolean; seconds: number; output: string },
): void {
  const mark = ok ? styleText('green', 'ok  ') : styleText('red', 'FAIL');
  console.log(`${mark} ${name.padEnd(12)} ${seconds.toFixed(1).padStart(5)} s   ${proves}`);
  if (ok) return;
  console.log(`${output.trimEnd().replace(/^/gm, '     ')}`);
  if (next !== undefined) console.log(`     next: ${next}`);
}

/** Runs the steps in order, `width` at a time. */
async function runAll(steps: readonly Step[], width: number): Promise<readonly Outcome[]> {
  const waiting = [...steps];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      outcomes.push(await runStep(step));
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return outcomes;
}

function selectedFrom(steps: readonly Step[], names: readonly string[]): readonly Step[] {
  return names.length === 0 ? steps : steps.filter(({ name }) => names.includes(name));
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => ![...first, ...parallel].some((step) => step.name === name));
if (unknown.length > 0) {
  const known = [...first, ...parallel].map(({ name }) => `"${name}"`).join(', ');
  console.error(`error: no such step: ${unknown.join(', ')}\n  next: choose from ${known}`);
  process.exit(2);
}

const startedAt = performance.now();
const width = Math.min(MAX_AT_ONCE, Math.max(2, availableParallelism()));
const outcomes = [
  ...(await runAll(selectedFrom(first, names), 1)),
  ...(await runAll(selectedFrom(parallel, names), width)),
];
const failed = outcomes.filter(({ ok }) => !ok).length;
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(`${outcomes.length} checks, ${failed} failed, ${seconds} s`);

const countsFile = process.env['MKT_CHECK_COUNTS'];
if (countsFile !== undefined && countsFile !== '') {
  writeFileSync(countsFile, `${JSON.stringify({ passed: outcomes.length - failed, failed })}\n`);
}
if (failed > 0) process.exitCode = 1;
