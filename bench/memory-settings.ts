import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

const { NODE_FLAGS = '', ...environment } = parseEnv(
  readFileSync(new URL('../scripts/memory.env', import.meta.url), 'utf8'),
) as Record<string, string>;

/** What the launcher of mkt tells Node and the C library about memory. */
export const nodeFlags: readonly string[] = NODE_FLAGS.split(' ');
export const memoryEnvironment: Readonly<Record<string, string>> = environment;
