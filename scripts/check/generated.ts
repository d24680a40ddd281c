// Committed generated files must be what their sources make today. A workspace lists them, or
// folders of them, in its package.json (`"mkt": { "committed": ["openapi.json"] }`) and writes them with its script
// `check:generated`. Files are compared by content before and after, so it works in a checkout
// with uncommitted work; what was stale is left freshly written, ready to be reviewed.
import { posix } from 'node:path';
import { hashes } from '../bootstrap/fingerprint.mjs';
import { ROOT } from '../bootstrap/root.mjs';
import { workspaces } from '../bootstrap/workspaces.mjs';
import { changes } from './changes.ts';
import { NOTHING_TO_DO } from './nothing-to-do.ts';
import { runInWorkspaces } from './workspace-scripts.ts';

const SCRIPT = 'check:generated';

const all = workspaces().filter(({ folder }) => folder !== '.');
const listed = all.flatMap(({ folder, manifest }) =>
  (manifest.mkt?.committed ?? []).map((path) => posix.join(folder, path)),
);
const halves = all.filter(
  ({ manifest }) =>
    (manifest.scripts?.[SCRIPT] === undefined) !== ((manifest.mkt?.committed ?? []).length === 0),
);
for (const { folder } of halves) {
  console.log(`${folder}: the script ${SCRIPT} and the list mkt.committed belong together`);
}

const before = hashes(ROOT, listed);
const { ran, failed } = await runInWorkspaces(SCRIPT);
const after = hashes(ROOT, listed);
const stale = changes(before, after);
for (const path of stale) console.log(`${path} was not what its sources make`);
if (stale.length > 0) console.log('next: review the files, now written anew, and commit them');
if (ran === 0) console.log(`no workspace has a script ${SCRIPT}`);

const isWrong = halves.length > 0 || stale.length > 0 || failed > 0;
process.exitCode = isWrong ? 1 : ran === 0 ? NOTHING_TO_DO : 0;
