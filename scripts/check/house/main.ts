// The rules of this repository that no general tool has, over every source file.
import { globSync, readFileSync } from 'node:fs';
import { fromRoot, ROOT } from '../../bootstrap/root.mjs';
import { workspaces } from '../../bootstrap/workspaces.mjs';
import { migrationsSayWhatTheyTakeAway } from './migration-rules.ts';
import { lockfileFaults, rangesIn } from './package-rules.ts';
import { sourceRules } from './source-rules.ts';

const SKIPPED = new Set([
  'node_modules',
  'dist',
  '.git',
  '.mkt',
  '.cache',
  'coverage',
  'generated',
]);

const sources = globSync('**/*.{ts,mjs,js,sql}', {
  cwd: ROOT,
  exclude: (path) => SKIPPED.has(path.split('/').at(-1) ?? path),
});

for (const path of sources) {
  const text = readFileSync(fromRoot(path), 'utf8');
  for (const { name, why, appliesTo, find } of [...sourceRules, migrationsSayWhatTheyTakeAway]) {
    if (!appliesTo(path)) continue;
    for (const { line, what } of find(text, path)) {
      console.log(`${path}:${line}  ${what}\n  ${name}: ${why}`);
      process.exitCode = 1;
    }
  }
}

const all = workspaces();
const lockfile = JSON.parse(readFileSync(fromRoot('package-lock.json'), 'utf8'));
const faults = [...all.flatMap(rangesIn), ...lockfileFaults(lockfile, all)];
for (const fault of faults) console.log(fault);
if (faults.length > 0) {
  console.log('next: name exact versions in package.json, then run `npm run lock`');
  process.exitCode = 1;
}
