// Prints `N passed, N failed` of a run as its last line, for `.ci/run`; exits with 1 unless every
// command ended well. Arguments: per command its exit status and the file with its counts.
import { existsSync, readFileSync } from 'node:fs';
import { total } from './counts.mjs';

/** @type {import('./counts.mjs').Run[]} */
const runs = [];
for (let at = 2; at + 1 < process.argv.length; at += 2) {
  const file = process.argv[at + 1] ?? '';
  runs.push({
    ok: process.argv[at] === '0',
    counts: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined,
  });
}
const { passed, failed, ok } = total(runs);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = ok ? 0 : 1;
