// Writes `command-snapshot.json`: every command with its arguments and flags. They are an
// interface to scripts, so a change of them has to be seen and reviewed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandSnapshot } from './command-snapshot.ts';
import { cliDir } from './commands.ts';

const snapshot = await commandSnapshot();
writeFileSync(join(cliDir, 'command-snapshot.json'), `${JSON.stringify(snapshot, null, 2)}\n`);
