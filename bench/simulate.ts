import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Row } from './report.ts';

/** Of production's traffic: a little more than ten million requests. */
const times = 1.1;
const requestsMeant = 10_000_000;

interface Simulated {
  readonly requests: number;
  readonly elapsedMs: number;
  readonly peakRssBytes: number;
}

/** A month of ten million requests, as `mkt budget simulate` lives through it. */
export async function measureSimulation(): Promise<Row[]> {
  const script = fileURLToPath(new URL('./processes/simulate.process.ts', import.meta.url));
  const child = fork(script, [String(times)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [simulated] = (await once(child, 'message')) as [Simulated];
  if (simulated.requests < requestsMeant) {
    throw new Error(`The month had ${simulated.requests} requests, and not ${requestsMeant}`);
  }
  const row = { topic: 'simulate' } as const;
  return [
    {
      ...row,
      what: `${requestsMeant.toLocaleString('en')} requests`,
      unit: 'ms',
      value: (simulated.elapsedMs / simulated.requests) * requestsMeant,
      limit: { kind: 'atMost', bound: 5_000 },
    },
    {
      ...row,
      what: 'most memory at any moment',
      unit: 'MB',
      value: simulated.peakRssBytes / 1e6,
      limit: { kind: 'atMost', bound: 300 },
    },
  ];
}
