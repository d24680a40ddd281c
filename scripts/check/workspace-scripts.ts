import { $ } from 'zx';
import { fromRoot } from '../bootstrap/root.mjs';
import { workspaces } from '../bootstrap/workspaces.mjs';

/**
 * Runs a package script in every workspace that has it, so that a workspace joins a check by
 * naming a script and no list has to be kept. Says what failed where.
 */
export async function runInWorkspaces(script: string): Promise<{ ran: number; failed: number }> {
  const having = workspaces().filter(
    ({ folder, manifest }) => folder !== '.' && manifest.scripts?.[script] !== undefined,
  );
  let failed = 0;
  for (const { folder } of having) {
    const run = $({ cwd: fromRoot(folder), nothrow: true, quiet: true });
    const result = await run`npm run --silent ${script}`;
    if (result.exitCode === 0) continue;
    console.log(`${folder}: npm run ${script} failed\n${result.text().trimEnd()}`);
    failed += 1;
  }
  return { ran: having.length, failed };
}
