import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, outcomeOf, type ProgramOptions, run, until } from './program.ts';

/** A container engine: that of `DOCKER_HOST`, or one that was started for this suite alone. */
export interface Engine {
  /** Runs `docker` and answers what it wrote; fails where it fails. */
  docker(...args: readonly string[]): Promise<string>;
  outcome(args: readonly string[], options?: ProgramOptions): Promise<Outcome>;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startEngine(dir: string): Promise<Engine> {
  const host = process.env.DOCKER_HOST;
  if (host) return engineAt(host, async () => {});
  await ensurePrograms();
  const socket = `unix://${join(dir, 'docker.sock')}`;
  const daemon = startDaemon(dir, socket);
  const engine = engineAt(socket, () => daemon.stop());
  try {
    await until('dockerd answers', async () => {
      daemon.mustRun();
      return (await engine.outcome(['version'])).code === 0;
    });
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  return engine;
}

function engineAt(host: string, stop: () => Promise<void>): Engine {
  // The older builder is in Debian's package; the newer one is a plugin that is not.
  const env = { DOCKER_HOST: host, DOCKER_BUILDKIT: process.env.DOCKER_HOST ? '1' : '0' };
  return {
    env,
    docker: (...args) => run('docker', args, { env }),
    outcome: (args, options) => outcomeOf('docker', args, { ...options, env }),
    stop,
  };
}

/** Installs what is missing as root on Debian; elsewhere says what to do. */
async function ensurePrograms(): Promise<void> {
  const has = async (program: string) =>
    (await outcomeOf('sh', ['-c', `command -v ${program}`])).code === 0;
  const needed = { dockerd: 'docker.io', debootstrap: 'debootstrap' };
  const missing: string[] = [];
  for (const [program, name] of Object.entries(needed)) {
    if (!(await has(program))) missing.push(name);
  }
  if (process.getuid?.() !== 0) {
    throw new Error('This suite starts a container engine: run it as root, or set DOCKER_HOST.');
  }
  if (missing.length === 0) return;
  if (!(await has('apt-get'))) {
    throw new Error(`Install ${missing.join(' and ')}, or set DOCKER_HOST, and run this again.`);
  }
  const install = ['--yes', 'install', '--no-install-recommends', ...missing];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  if ((await outcomeOf('apt-get', install, { env })).code === 0) return;
  await run('apt-get', ['--yes', 'update'], { env });
  await run('apt-get', install, { env });
}

/** No bridge and no rule of the firewall: containers use the network of the machine. */
function startDaemon(dir: string, socket: string) {
  const logPath = join(dir, 'dockerd.log');
  const log = openSync(logPath, 'w');
  const daemon: ChildProcess = spawn(
    'dockerd',
    [
      ...['--host', socket, '--pidfile', join(dir, 'dockerd.pid')],
      ...['--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec')],
      ...['--bridge', 'none', '--iptables=false', '--ip6tables=false'],
    ],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const ended = new Promise<void>((resolve) => daemon.once('close', () => resolve()));
  return {
    mustRun() {
      if (daemon.exitCode === null) return;
      const said = readFileSync(logPath, 'utf8').trim().split('\n').slice(-5).join('\n');
      throw new Error(`dockerd ended with ${daemon.exitCode}:\n${said}`);
    },
    async stop() {
      if (daemon.exitCode === null) daemon.kill('SIGTERM');
      await ended;
      await unmountBelow(dir);
    },
  };
}

/** The engine leaves a network namespace and its own folder mounted; the last comes off first. */
async function unmountBelow(dir: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${dir}/`));
  for (const path of mounts.toReversed()) await run('umount', ['--lazy', path]);
}
