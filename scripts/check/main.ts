// `npm run check`: everything that can be said about the sources without running them. Names of
// steps as arguments run these alone: `npm run check -- types imports`. With `--strict` warnings
// are failures.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { styleText } from 'node:util';
import { $ } from 'zx';
import { ROOT } from '../bootstrap/root.mjs';
import { NOTHING_TO_DO } from './nothing-to-do.ts';
import { first, parallel, type Step } from './steps.ts';

type Outcome = 'ok' | 'failed' | 'nothing to do';

const MAX_AT_ONCE = 4;
const isStrict = process.argv.includes('--strict');
const MARKS: Readonly<Record<Outcome, string>> = {
  ok: styleText('green', 'ok  '),
  failed: styleText('red', 'FAIL'),
  'nothing to do': styleText('yellow', 'none'),
};
const run = $({ cwd: ROOT, nothrow: true, quiet: true, stdio: ['ignore', 'pipe', 'pipe'] });

async function runStep(step: Step): Promise<Outcome> {
  const startedAt = performance.now();
  const strict = isStrict && step.strict !== undefined ? [step.strict] : [];
  const result = await run`${process.execPath} ${step.command} ${strict}`;
  const outcome = outcomeOf(result.exitCode);
  const seconds = secondsSince(startedAt).padStart(5);
  console.log(`${MARKS[outcome]} ${step.name.padEnd(12)} ${seconds} s   ${step.proves}`);
  const said = outcome === 'ok' ? warningsOf(result.text()) : result.text().trimEnd();
  if (said !== '') console.log(said.replace(/^/gm, '     '));
  if (outcome === 'failed' && step.next !== undefined) console.log(`     next: ${step.next}`);
  return outcome;
}

const warningsOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.startsWith('warning: '))
    .join('\n');

function outcomeOf(exitCode: number | null): Outcome {
  if (exitCode === 0) return 'ok';
  return exitCode === NOTHING_TO_DO ? 'nothing to do' : 'failed';
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

/** Runs all steps, or those that are named, and answers with how many passed and failed. */
async function check(names: readonly string[]): Promise<{ passed: number; failed: number }> {
  const isAskedFor = ({ name }: Step): boolean => names.length === 0 || names.includes(name);
  const width = Math.min(MAX_AT_ONCE, Math.max(2, availableParallelism()));
  const outcomes = [
    ...(await runAll(first.filter(isAskedFor), 1)),
    ...(await runAll(parallel.filter(isAskedFor), width)),
  ];
  const count = (wanted: Outcome): number => outcomes.filter((one) => one === wanted).length;
  return { passed: count('ok'), failed: count('failed') };
}

const secondsSince = (startedAt: number): string =>
  ((performance.now() - startedAt) / 1000).toFixed(1);

const known = [...first, ...parallel].map(({ name }) => name);
const names = process.argv.slice(2).filter((word) => word !== '--strict');
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(
    `error: no such step: ${unknown.join(', ')}\n  next: choose from ${known.join(', ')}`,
  );
  process.exit(2);
}

const startedAt = performance.now();
const counts = await check(names);
console.log(`${counts.passed} ok, ${counts.failed} failed, ${secondsSince(startedAt)} s`);
const countsFile = process.env['MKT_CHECK_COUNTS'];
if (countsFile !== undefined && countsFile !== '') {
  writeFileSync(countsFile, `${JSON.stringify(counts)}\n`);
}
if (counts.failed > 0) process.exitCode = 1;
