import { globSync } from 'node:fs';
import { join, sep } from 'node:path';

export const cliDir = join(import.meta.dirname, '..');

export interface CommandSource {
  /** As the framework writes it: `vendor:list`. */
  readonly id: string;
  readonly path: string;
}

/** Every command is a file below `src/commands`, named by where it is. */
export function commandSources(): readonly CommandSource[] {
  return globSync('**/*.ts', { cwd: join(cliDir, 'src/commands') })
    .filter((path) => !path.endsWith('.test.ts'))
    .sort()
    .map((path) => ({
      id: path.replace(/\.ts$/, '').split(sep).join(':'),
      path: join(cliDir, 'src/commands', path),
    }));
}
