import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;
const IS_LINUX = process.platform === 'linux';

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** State letter and start tick, the fields 3 and 22 of `/proc/<pid>/stat`. */
function linuxStat(pid: number): { state: string; startTick: string } | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command name (field 2) may hold spaces and brackets: count from its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTick: fields[19] ?? '' };
}

function psField(pid: number, field: string): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' });
    return text.trim() || undefined;
  } catch {
    return undefined;
  }
}

function isZombie(pid: number): boolean {
  const state = IS_LINUX ? linuxStat(pid)?.state : psField(pid, 'stat');
  return state !== undefined && /^[ZX]/.test(state);
}

/** A zombie counts as dead: it holds nothing, and its parent may never collect it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** Tells a process from a later one that got the same number; undefined when not readable. */
export function startMark(pid: number): string | undefined {
  if (!IS_LINUX) return psField(pid, 'lstart');
  const stat = linuxStat(pid);
  if (stat === undefined) return undefined;
  // Ticks count from the boot, so the boot belongs to the mark.
  const boot = readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return `${boot}:${stat.startTick}`;
}

/** Whether the process that left this mark still lives; an unreadable mark counts as yes. */
export function isSameProcess(pid: number, mark: string | undefined): boolean {
  if (!isAlive(pid)) return false;
  const current = startMark(pid);
  return current === undefined || mark === undefined || current === mark;
}

/** The full command line, with spaces between arguments. */
export function commandLine(pid: number): string | undefined {
  if (!IS_LINUX) return psField(pid, 'command');
  return readOrUndefined(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim();
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** True once `done()` holds, false when it still does not after `timeoutMs`. */
export async function waitUntil(done: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!done()) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}
