import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ClusterError } from './cluster-error.ts';

export interface Start {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The name that a program finds itself started by, where that decides what it is. */
  readonly calledAs?: string;
}

const graceMs = 10_000;

/** Programs that this process started, and that end with it. */
export class Crew {
  readonly #dir: string;
  readonly #path: string;
  readonly #running = new Map<string, ChildProcess>();

  /** `dir` holds a log for each of them; `path` is where they find programs of the system. */
  constructor(dir: string, path: string) {
    this.#dir = dir;
    this.#path = path;
  }

  start({ name, file, args, env = {}, calledAs }: Start): void {
    const log = openSync(join(this.#dir, `${name}.log`), 'a');
    const child = spawn(file, [...args], {
      cwd: this.#dir,
      env: { PATH: this.#path, HOME: this.#dir, ...env },
      stdio: ['ignore', log, log],
      ...(calledAs === undefined ? {} : { argv0: calledAs }),
    });
    // A program that cannot be started is found missing by whoever waits for it.
    child.on('error', () => {});
    this.#running.set(name, child);
  }

  /** Fails when one of them has ended by itself: nothing that waits for it will come about. */
  check(): void {
    for (const [name, { exitCode, signalCode, pid }] of this.#running) {
      if (exitCode === null && signalCode === null && pid !== undefined) continue;
      throw new ClusterError(`${name} has ended. Its last words:\n${this.#lastWords(name)}`, {
        next: 'Put right what it says.',
      });
    }
  }

  /** In the opposite order of their start, the next when the one before is gone. */
  async stop(): Promise<void> {
    for (const [name, child] of [...this.#running].reverse()) {
      this.#running.delete(name);
      await ended(child);
    }
  }

  #lastWords(name: string): string {
    return readFileSync(join(this.#dir, `${name}.log`), 'utf8')
      .trim()
      .split('\n')
      .slice(-5)
      .join('\n');
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const isOver = () => child.exitCode !== null || child.signalCode !== null || !child.pid;
  if (isOver()) return;
  const over = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([over, pause(graceMs)]);
  if (isOver()) return;
  child.kill('SIGKILL');
  await over;
}

/** Ports of the loopback that nobody listens on now, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(async (server) => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as { readonly port: number }).port;
    }),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
