import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from './child.ts';
import type { Row } from './report.ts';
import { startMixedLoad } from './soak-load.ts';

/** The marketplace at a moment of a long run. */
interface Sample {
  readonly seconds: number;
  readonly rssMb: number;
  readonly heapMb: number;
  readonly handles: number;
  readonly connections: number;
  readonly outboxAgeMs: number;
  readonly sagaAgeMs: number;
  readonly waiting: number;
  readonly done: number;
}

const samplesPerRun = 60;
/** Compilers, pools and caches settle in this share of the run. */
const warmUpShare = 0.4;
const maxDriftPercent = 5;
const row = { topic: 'soak' } as const;

/**
 * Mixed load for so many minutes. Memory, handles and connections of the last third after the
 * warm-up are held against those of the first: what grows without end shows there.
 */
export async function measureSoak(marketplace: Child, minutes: number): Promise<Row[]> {
  const load = await startMixedLoad(marketplace.url);
  const startedAt = performance.now();
  const intervalMs = (minutes * 60_000) / samplesPerRun;
  const samples: Sample[] = [];
  tell(titles);
  for (let n = 1; n <= samplesPerRun; n += 1) {
    await pause(Math.max(0, startedAt + n * intervalMs - performance.now()));
    const sample = await sampleOf(marketplace, startedAt, load.done);
    samples.push(sample);
    if (n % (samplesPerRun / 20) === 0) tell(cellsOf(sample));
  }
  await load.stop();
  return rowsOf(samples);
}

async function sampleOf({ url, usage }: Child, startedAt: number, done: number): Promise<Sample> {
  const { rssBytes, heapBytes, handles } = await usage();
  const text = await (await fetch(`${url}/metrics`)).text();
  const all = (name: string, label = '') => valuesOf(text, name, label);
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    rssMb: rssBytes / 1_000_000,
    heapMb: heapBytes / 1_000_000,
    handles,
    connections: sum(all('db_pool_connections', 'state="used"')),
    outboxAgeMs: 1_000 * Math.max(0, ...all('outbox_oldest_age_seconds')),
    sagaAgeMs: 1_000 * Math.max(0, ...all('saga_oldest_age_seconds')),
    waiting:
      sum(all('admission_queued')) +
      sum(all('outbox_waiting')) +
      sum(all('db_pool_connections', 'state="waiting"')),
    done,
  };
}

function valuesOf(text: string, name: string, label: string): number[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => line.includes(label))
    .map((line) => Number(line.slice(line.lastIndexOf(' '))));
}

function rowsOf(samples: readonly Sample[]): Row[] {
  const settled = samples.slice(Math.floor(samples.length * warmUpShare));
  const third = Math.floor(settled.length / 3);
  const [first, last] = [settled.slice(0, third), settled.slice(-third)];
  const drift = (what: string, of: (all: readonly Sample[]) => number): Row => ({
    ...row,
    what: `${what}, drift after the warm-up`,
    unit: 'percent',
    value: 100 * (of(last) / of(first) - 1),
    limit: { kind: 'atMost', bound: maxDriftPercent },
  });
  const most = (what: string, unit: Row['unit'], of: (sample: Sample) => number): Row => ({
    ...row,
    what: `${what}, most`,
    unit,
    value: Math.max(...settled.map(of)),
  });
  const end = samples.at(-1);
  return [
    drift('memory', (all) => mean(all.map(({ rssMb }) => rssMb))),
    // The least of a stretch is what a collection left.
    drift('JavaScript objects', (all) => Math.min(...all.map(({ heapMb }) => heapMb))),
    drift('handles', (all) => mean(all.map(({ handles }) => handles))),
    most('connections in use', 'count', ({ connections }) => connections),
    most('oldest event in an outbox', 'ms', ({ outboxAgeMs }) => outboxAgeMs),
    most('oldest process with something to do', 'ms', ({ sagaAgeMs }) => sagaAgeMs),
    most('requests, events and callers that wait', 'count', ({ waiting }) => waiting),
    {
      ...row,
      what: 'requests and purchases',
      unit: 'perSecond',
      value: end ? end.done / end.seconds : 0,
    },
  ];
}

const titles = [
  's',
  'RSS MB',
  'heap MB',
  'handles',
  'used',
  'outbox ms',
  'saga ms',
  'wait',
  'done',
];

function cellsOf(sample: Sample): string[] {
  return Object.values(sample).map((value: number) => value.toFixed(0));
}

/** As it goes on, beside the figures. */
function tell(cells: readonly string[]): void {
  process.stderr.write(`bench: ${cells.map((cell) => cell.padStart(9)).join(' ')}\n`);
}

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
