import { readdir, readFile } from 'node:fs/promises';
import type { SuiteDatabase } from '../tests/support/backend.ts';

/** Linux counts processor time in hundredths of a second, whatever its own clock. */
const microsPerTick = 10_000;

/** Fields of `/proc/<pid>/stat` after the command's name, which may hold spaces itself. */
async function statOf(pid: string | number): Promise<readonly number[] | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    return text
      .slice(text.lastIndexOf(')') + 4)
      .split(' ')
      .map(Number);
  } catch {
    // Ended between listing and reading; its time is with its parent then.
    return undefined;
  }
}

const field = { parent: 0, user: 10, system: 11, endedUser: 12, endedSystem: 13 } as const;

/**
 * Processor time of the database server so far, with that of connections that have ended; undefined
 * where the system does not tell.
 */
export async function databaseCpuMicros(database: SuiteDatabase): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const [row] = await database.query('SELECT pg_backend_pid() AS pid');
  const own = await statOf(Number(row?.['pid']));
  const server = own?.[field.parent];
  if (!server) return undefined;
  let ticks = 0;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await statOf(pid);
    if (!stat) continue;
    const at = (key: keyof typeof field): number => stat[field[key]] ?? 0;
    if (Number(pid) === server) ticks += at('endedUser') + at('endedSystem');
    if (Number(pid) === server || at('parent') === server) ticks += at('user') + at('system');
  }
  return ticks * microsPerTick;
}
