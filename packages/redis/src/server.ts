import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { programPath } from './config.ts';

export interface LocalRedisOptions {
  /** Where it keeps its files; made if it is not there. */
  readonly dataDir: string;
  /** A free one is found where it is absent. */
  readonly port?: number;
  /** Keep what was acknowledged over a restart. */
  readonly isDurable: boolean;
  readonly args?: readonly string[];
}

export interface LocalRedis {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, for whatever reason. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

const programs = ['valkey-server', 'redis-server'] as const;
const startTimeoutMs = 10_000;
const stopTimeoutMs = 5_000;
const lookEveryMs = 10; // mkt-allow fast-timer: looks whether a local server has started
const portAttempts = 5;

/** The server program on PATH, or undefined where none is installed. */
export function findRedisProgram(path: string = programPath()): string | undefined {
  return programs
    .flatMap((name) => path.split(delimiter).map((folder) => join(folder, name)))
    .find(isExecutable);
}

/** Starts a server on loopback. It ends with `stop`, and with this process, however that ends. */
export async function startLocalRedis(options: LocalRedisOptions): Promise<LocalRedis> {
  const program = findRedisProgram();
  if (!program) {
    throw new Error(
      `Neither ${programs.join(' nor ')} is on PATH. On Debian: apt-get install redis-server. Elsewhere set REDIS_URL.`,
    );
  }
  mkdirSync(options.dataDir, { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      return await launch(program, port, options);
    } catch (error) {
      // Somebody else may have taken the port since it was found free.
      if (options.port !== undefined || attempt >= portAttempts) throw error;
    }
  }
}

async function launch(program: string, port: number, options: LocalRedisOptions) {
  const durable = options.isDurable
    ? ['--appendonly', 'yes', '--appendfsync', 'everysec']
    : ['--appendonly', 'no', '--save', ''];
  const server = spawn(
    program,
    [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', options.dataDir],
      ...['--daemonize', 'no', '--loglevel', 'warning', ...durable, ...(options.args ?? [])],
    ],
    // A session of its own: Ctrl-C reaches the services, which still need it to end well.
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const note = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-2_000);
  };
  server.stdout.on('data', note);
  server.stderr.on('data', note);
  const exited = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
  const url = `redis://127.0.0.1:${port}/0`;
  const isUp = await Promise.race([answers(port), exited.then(() => false)]);
  if (!isUp || server.pid === undefined) {
    server.kill('SIGKILL');
    throw new Error(`${program} did not start on port ${port}: ${output.trim()}`);
  }
  const guard = guardOf(server.pid);
  void exited.then(() => guard.kill('SIGKILL'));
  return { url, port, pid: server.pid, exited, stop: () => stop(server, exited) };
}

async function stop(server: ChildProcess, exited: Promise<void>): Promise<void> {
  // A stopped process takes no signal but these two.
  server.kill('SIGCONT');
  server.kill('SIGTERM');
  const limit = setTimeout(() => server.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(limit);
}

/** Ends the server when this process is gone: its end of the pipe closes whatever killed it. */
function guardOf(pid: number): ChildProcess {
  const script = `read _; kill -CONT ${pid}; kill -TERM ${pid}`;
  const guard = spawn('sh', ['-c', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => {});
  guard.stdin?.on('error', () => {});
  guard.unref();
  return guard;
}

/** Looks again and again until the server answers at all; one that asks for a password is up. */
async function answers(port: number): Promise<boolean> {
  const until = performance.now() + startTimeoutMs;
  while (performance.now() < until) {
    const reply = await ask(port);
    if (reply !== '' && !reply.startsWith('-LOADING')) return true;
    await delay(lookEveryMs);
  }
  return false;
}

function ask(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const end = (reply: string): void => {
      socket.destroy();
      resolve(reply);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => end(data.toString()));
    socket.once('timeout', () => end(''));
    socket.once('error', () => end(''));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
