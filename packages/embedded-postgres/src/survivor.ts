import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startFailed } from './failures.ts';
import { commandLine, isAlive, signal, waitUntil } from './processes.ts';

/** Fast, then immediate, then without asking: each is safe for the data, the later ones slower. */
const STOP_STEPS = [
  { name: 'SIGINT', waitMs: 10_000 },
  { name: 'SIGQUIT', waitMs: 3_000 },
  { name: 'SIGKILL', waitMs: 3_000 },
] as const satisfies { name: NodeJS.Signals; waitMs: number }[];

/**
 * Ends what an earlier start left behind: its server, or workers of a server that was itself
 * killed. Call it with the data folder locked. Answers the pid of the server it had to stop.
 */
export async function stopSurvivor(cluster: string): Promise<number | undefined> {
  const pid = postmasterPid(cluster);
  if (pid === undefined) return undefined;
  const isServer = isAlive(pid) && isServerOf(pid, cluster);
  if (isServer) await stopProcess(pid);
  await stopWorkers(cluster);
  // The number may by now be another process or a zombie: the server would take it for a rival.
  // A number that nobody has is left to the server, which checks its shared memory as well.
  if (isServer || existsAsProcess(pid)) await rm(join(cluster, 'postmaster.pid'), { force: true });
  return isServer ? pid : undefined;
}

export async function stopProcess(pid: number): Promise<void> {
  for (const { name, waitMs } of STOP_STEPS) {
    signal(pid, name);
    if (await waitUntil(() => !isAlive(pid), waitMs)) return;
  }
  throw startFailed(`process ${pid} does not end`);
}

function postmasterPid(cluster: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
    // Written as a negative number by a single-user server.
    return Number.isInteger(pid) && pid !== 0 ? Math.abs(pid) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A server's working folder is its cluster; where that cannot be seen, its arguments name it. */
function isServerOf(pid: number, cluster: string): boolean {
  const command = commandLine(pid);
  if (command === undefined || !command.includes('postgres')) return false;
  const folder = workingFolder(pid);
  return folder === undefined ? command.includes(`-D ${cluster} `) : folder === cluster;
}

/** Workers end by themselves when their server is gone, unless they are deep in a query. */
async function stopWorkers(cluster: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const workers = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isServerOf(pid, cluster));
  for (const pid of workers) signal(pid, 'SIGQUIT');
  if (await waitUntil(() => !workers.some(isAlive), 1_000)) return;
  for (const pid of workers) signal(pid, 'SIGKILL');
  await waitUntil(() => !workers.some(isAlive), 3_000);
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function existsAsProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
