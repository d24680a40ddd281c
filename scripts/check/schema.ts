// Migrated databases must be what the schemas say. A workspace with a database proves it with its
// package script `check:schema`.
import { NOTHING_TO_DO } from './nothing-to-do.ts';
import { runInWorkspaces } from './workspace-scripts.ts';

const { ran, failed } = await runInWorkspaces('check:schema');
if (ran === 0) console.log('no workspace has a script check:schema');
process.exitCode = failed > 0 ? 1 : ran === 0 ? NOTHING_TO_DO : 0;
