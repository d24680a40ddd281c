// `node scripts/run.mjs scripts/ci/budget-comment.ts BASE REPORT...`: what a pull request does to the
// rendered manifests and to the budget, as one comment.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { ROOT } from '../bootstrap/root.mjs';
import { commentOf } from './comment.ts';

const [base = '', ...reports] = process.argv.slice(2);
const git = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync('git', ['-C', ROOT, ...args], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`git ${args[0]} ended with ${status}: ${stderr}`);
  return stdout;
};
const changed = [`${base}...HEAD`, '--', 'argocd/rendered'];
process.stdout.write(
  commentOf({
    summary: git('diff', '--stat=100', ...changed),
    diff: git('diff', '--unified=2', ...changed),
    reports: reports
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'utf8'))
      .filter((text) => text.trim() !== ''),
  }),
);
