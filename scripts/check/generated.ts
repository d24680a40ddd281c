// Committed generated files must be what their sources make today. A workspace lists them in its
// package.json (`"mkt": { "committed": ["openapi.json"] }`) and writes them with its script
// `check:generated`. Files are compared by content before and after, so it works in a checkout
// with uncommitted work; what was stale is left freshly written, ready to be reviewed.
import { hashes } from '../bootstrap/fingerprint.mjs';
import { ROOT } from '../bootstrap/root.mjs';
import { workspaces } from '../bootstrap/workspaces.mjs';
import { changes } from './changes.ts';
import { runInWorkspaces } from './workspace-scripts.ts';

const SCRIPT = 'check:generated';

const all = workspaces().filter(({ folder }) => folder !== '.');
const committed = all.flatMap(({ folder, manifest }) =>
  (manifest.mkt?.committed ?? []).map((path) => `${folder}/${path}`),
);
for (const { folder, manifest } of all) {
  const writes = manifest.scripts?.[SCRIPT] !== undefined;
  const lists = (manifest.mkt?.committed ?? []).length > 0;
  if (writes === lists) continue;
  console.log(`${folder}: the script ${SCRIPT} and the list mkt.committed belong together`);
  process.exitCode = 1;
}

const before = hashes(ROOT, committed);
const failed = await runInWorkspaces(SCRIPT);
const stale = changes(before, hashes(ROOT, committed));
for (const path of stale) console.log(`${path} was not what its sources make`);
if (stale.length > 0) console.log('next: review the files, now written anew, and commit them');
if (stale.length > 0 || failed.length > 0) process.exitCode = 1;
