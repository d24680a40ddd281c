import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stopSignals } from './dev.ts';

export interface WatchOptions {
  readonly repositoryDir: string;
  /** The program and what it is called with, without the flag that leads here. */
  readonly program: string;
  readonly args: readonly string[];
}

/** Runs the program anew whenever a source changes, until it is told to stop. */
export function watchAndRun({ repositoryDir, program, args }: WatchOptions): Promise<number> {
  const folders = ['packages', 'services', 'marketplace']
    .map((name) => join(repositoryDir, name))
    .filter((path) => existsSync(path));
  const watched = folders.map((path) => `--watch-path=${path}`);
  const child = spawn(
    process.execPath,
    [...process.execArgv, ...watched, '--watch-preserve-output', program, ...args],
    {
      stdio: 'inherit',
    },
  );
  return new Promise((resolve, reject) => {
    const passOn = (signal: NodeJS.Signals): void => {
      // A terminal gives Ctrl-C to the child as well; any other signal has to be passed on.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of stopSignals) process.on(signal, passOn);
    child.once('error', reject);
    child.once('exit', (code) => {
      for (const signal of stopSignals) process.off(signal, passOn);
      resolve(code ?? 0);
    });
  });
}
