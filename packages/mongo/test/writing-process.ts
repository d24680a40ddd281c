import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { VendorId } from '@mkt/kernel';
import type { PoolConfig } from '@mkt/service-kit';
import type { Article } from '@mkt/service-kit/testing/contracts';

export interface Job {
  readonly connection: PoolConfig;
  readonly server: { readonly url: string; readonly database: string };
  readonly writes: readonly {
    readonly id: string;
    readonly vendorId: VendorId;
    readonly body: Article;
    readonly expectedVersion: number;
  }[];
  readonly dieAt: string;
}

/** Runs the writes in a process of their own; answers with the signal that ended it, if one did. */
export function runWriter(job: Job): Promise<NodeJS.Signals | null> {
  const program = resolve(import.meta.dirname, 'fixtures/writer.ts');
  const child = spawn(process.execPath, [program, JSON.stringify(job)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code, signal) => {
      if (signal === null && code !== 0) failed(new Error(`The writer ended with ${code}`));
      else done(signal);
    });
  });
}
