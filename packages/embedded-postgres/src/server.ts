import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { serverEnvironment } from './config.ts';
import { startFailed } from './failures.ts';
import { type ServerUser, spawnIdentity } from './server-user.ts';
import { stopProcess, stopSurvivor } from './survivor.ts';

const KEPT_LINES = 20;
/** Workers of a killed server may hold the log's pipe open for a while. */
const LOG_CLOSES_WITHIN_MS = 500;
const READY_LINE = 'database system is ready to accept connections';

/** How the server ended: one of the two is set. */
export type ServerExit = { code: number | null; signal: NodeJS.Signals | null };

export type ServerPlan = {
  binaries: Binaries;
  user: ServerUser;
  cluster: string;
  settings: string[];
  onLog: (line: string) => void;
};

export type Server = {
  pid: number;
  /** Settles when the server says that it takes queries; never when it does not. */
  ready: Promise<void>;
  exited: Promise<ServerExit>;
  /** The end of the log, oldest line first. */
  lastLines(): readonly string[];
  stop(): Promise<void>;
};

/**
 * Starts the server in a session of its own, so Ctrl-C in our terminal does not end it before the
 * services have drained; a guard process ends it when we die without a word.
 */
export async function spawnServer(plan: ServerPlan): Promise<Server> {
  const guard = await startGuard(plan);
  const child = spawn(join(plan.binaries.bin, 'postgres'), ['-D', plan.cluster, ...plan.settings], {
    ...childOptions(plan.user),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = exitOf(child);
  const { kept, ready } = collectLines(child, plan.onLog);
  const pid = await spawned(child).catch(async (error: unknown) => {
    await guard.end();
    throw error;
  });
  guard.watch(pid);
  const guardGone = exited.then(() => guard.end());
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) await stopProcess(pid);
    await exited;
    await guardGone;
    await stopSurvivor(plan.cluster); // nothing to do unless the server was killed
  };
  return { pid, ready, exited, lastLines: () => kept, stop };
}

async function exitOf(child: ChildProcess): Promise<ServerExit> {
  const logClosed = new Promise<void>((done) => child.once('close', () => done()));
  const exit = await new Promise<ServerExit>((done) => {
    child.once('exit', (code, signal) => done({ code, signal }));
  });
  await Promise.race([logClosed, delay(LOG_CLOSES_WITHIN_MS, undefined, { ref: false })]);
  return exit;
}

/** `cwd`: ours may be closed to the server's user. `detached`: a session of its own. */
function childOptions(user: ServerUser) {
  return { ...spawnIdentity(user), cwd: '/', detached: true, env: serverEnvironment() };
}

function collectLines(child: ChildProcess, onLog: (line: string) => void) {
  const kept: string[] = [];
  const ready = new Promise<void>((done) => {
    if (!child.stderr) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
      if (line.includes(READY_LINE)) done();
      onLog(line);
    });
  });
  return { kept, ready };
}

function spawned(child: ChildProcess): Promise<number> {
  return new Promise((done, fail) => {
    child.once('spawn', () => done(child.pid ?? 0));
    child.once('error', (error) => fail(startFailed(error.message, [], error)));
  });
}

/**
 * A shell that holds the other end of a pipe: the pipe closes when our process ends in whatever
 * way, and the shell then asks the server for a fast shutdown. The first line is the server's pid.
 */
const GUARD_SCRIPT =
  'read -r pid || exit 0; while read -r line; do :; done; kill -INT "$pid" 2>/dev/null';

type Guard = { watch(pid: number): void; end(): Promise<void> };

async function startGuard({ user, onLog }: ServerPlan): Promise<Guard> {
  const shell = spawn('/bin/sh', ['-c', GUARD_SCRIPT], {
    ...childOptions(user),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const closed = new Promise<void>((done) => shell.once('close', () => done()));
  shell.stdin.on('error', () => {}); // the guard may be killed before us; we go on without it
  try {
    await spawned(shell);
  } catch {
    onLog('no shell for the guard: if this process is killed, the next start stops the server');
    return { watch: () => {}, end: async () => {} };
  }
  return {
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    end: () => {
      shell.kill('SIGKILL');
      return closed;
    },
  };
}
