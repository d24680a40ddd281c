import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import type { Row } from './report.ts';

const limit = { kind: 'atMost', bound: 3_000 } as const;
const cpuLimit = { kind: 'atMost', bound: 2_000, aim: 1_000 } as const;
const row = { topic: 'start', unit: 'ms' } as const;

/** From the process's spawn to `/readyz`: with an empty folder, and with what that start left. */
export async function measureStarts(): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mkt-bench-start-'));
  try {
    const first = await startOnce(dataDir);
    const second = await startOnce(dataDir);
    return [
      { ...row, what: 'first start, demo made', value: first.readyMs },
      { ...row, what: 'second start', value: second.readyMs, limit },
      {
        topic: 'start',
        what: 'second start, processor time',
        unit: 'msCpu',
        value: second.cpuMs,
        limit: cpuLimit,
      },
    ];
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function startOnce(dataDir: string): Promise<{ readyMs: number; cpuMs: number }> {
  const child = await startChild('dev', { dataDir });
  const { cpuMicros } = await child.usage();
  await expectReady(child);
  await child.stop();
  return { readyMs: child.readyMs, cpuMs: cpuMicros / 1_000 };
}

async function expectReady({ url }: Child): Promise<void> {
  const { status } = await fetch(`${url}/readyz`);
  if (status !== 200) throw new Error(`/readyz answered ${status} after the start`);
}
