// `npm run lock`, after a change of dependencies in any package.json: installs them and writes the
// lockfile, complete for every platform whatever the registry at hand carries.
import { readFileSync, writeFileSync } from 'node:fs';
import { absentOptionals, complete } from './bootstrap/complete-lockfile.mjs';
import { npmWithOwnNode } from './bootstrap/npm.mjs';
import { orExplain, Problem } from './bootstrap/problem.mjs';
import { fromRoot } from './bootstrap/root.mjs';
import { makeTree } from './bootstrap/tree.mjs';

await orExplain(() => {
  const run = npmWithOwnNode(['install']);
  process.stderr.write(run.output);
  if (!run.ok) throw new Problem('npm install failed.', 'Read its message above.');
  const path = fromRoot('package-lock.json');
  const lockfile = JSON.parse(readFileSync(path, 'utf8'));
  const absent = absentOptionals(lockfile);
  if (absent.length > 0) writeFileSync(path, `${JSON.stringify(complete(lockfile), null, 2)}\n`);
  makeTree((line) => process.stderr.write(`${line}\n`));
  process.stderr.write(`lockfile written; ${absent.length} packages of other platforms added\n`);
});
