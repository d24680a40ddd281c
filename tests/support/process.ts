import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BackendOptions } from './backend.ts';

export interface Child {
  readonly url: string;
  readonly process: ChildProcess;
  kill(): Promise<void>;
  stop(): Promise<void>;
  readonly exited: Promise<void>;
}

export interface SpawnOptions extends Omit<BackendOptions, 'faultPoint' | 'clockOffsetMs'> {
  readonly dieAt?: { point: string; times: number };
}

const script = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Starts a marketplace in a process of its own and waits until it answers. */
export async function spawnBackend(options: SpawnOptions): Promise<Child> {
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = (signal: NodeJS.Signals) => async () => {
    child.kill(signal);
    await exited;
  };
  const url = await new Promise<string>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    lines.once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
    child.once('exit', (code, signal) =>
      reject(new Error(`ended at the start: ${code ?? signal}`)),
    );
  });
  return { url, process: child, exited, kill: end('SIGKILL'), stop: end('SIGTERM') };
}
