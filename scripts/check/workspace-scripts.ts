// `node scripts/check/workspace-scripts.ts NAME`: runs the package script NAME in every workspace
// that has it. So a workspace joins a check by naming a script, and no list has to be kept.
import { fileURLToPath } from 'node:url';
import { $ } from 'zx';
import { fromRoot } from '../bootstrap/root.mjs';
import { workspaces } from '../bootstrap/workspaces.mjs';

/** Runs the script wherever it is declared; answers with the folders where it failed. */
export async function runInWorkspaces(script: string): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { folder, manifest } of workspaces()) {
    if (manifest.scripts?.[script] === undefined || folder === '.') continue;
    const run = $({ cwd: fromRoot(folder), nothrow: true, quiet: true });
    const result = await run`npm run --silent ${script}`;
    if (result.exitCode === 0) continue;
    console.log(`${folder}: npm run ${script} failed\n${result.text().trimEnd()}`);
    failed.push(folder);
  }
  return failed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const script = process.argv[2];
  if (script === undefined) throw new Error('the name of a package script is missing');
  const failed = await runInWorkspaces(script);
  if (failed.length > 0) process.exitCode = 1;
}
