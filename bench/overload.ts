import { setTimeout as pause } from 'node:timers/promises';
import {
  approvedVendor,
  checkOut,
  guestAt,
  operatorAt,
  readyToBuy,
} from '../tests/support/actors.ts';
import { shelfOf } from './catalogue.ts';
import { type Child, startChild } from './child.ts';
import type { Row } from './report.ts';

const phaseMs = 6_000;
const readersAtPeak = 32;
const buyers = 4;
const timesThePeak = 3;
/** Clients ask in processes of their own: one alone would wait for itself. */
const floods = 2;
const maxOpenPerFlood = 1_000;
const row = { topic: 'overload' } as const;

interface Phase {
  readonly answeredPerSecond: number;
  readonly askedPerSecond: number;
  readonly checkoutMs: readonly number[];
}

/**
 * As much as it can take, then three times as much from visitors who do not wait for their answers,
 * then as before: what is answered a second, and how long those wait whose checkout is let in.
 */
export async function measureOverload(marketplace: Child): Promise<Row[]> {
  const world = await worldOf(marketplace.url);
  await phase(world, 0);
  const peak = await phase(world, 0);
  const over = await phase(world, peak.answeredPerSecond * timesThePeak);
  const after = await phase(world, 0);
  const ofThePeak = (perSecond: number) => perSecond / peak.answeredPerSecond;
  return [
    { ...row, what: 'answers at the peak', unit: 'perSecond', value: peak.answeredPerSecond },
    {
      ...row,
      what: 'asked above it, of the peak',
      unit: 'times',
      value: ofThePeak(over.askedPerSecond),
    },
    {
      ...row,
      what: 'answers meanwhile, of the peak',
      unit: 'times',
      value: ofThePeak(over.answeredPerSecond),
      limit: { kind: 'atLeast', bound: 0.85 },
    },
    {
      ...row,
      what: 'checkouts meanwhile, of those at the peak',
      unit: 'times',
      value: over.checkoutMs.length / peak.checkoutMs.length,
    },
    {
      ...row,
      what: 'checkout let in meanwhile, p99',
      unit: 'ms',
      value: quantile(over.checkoutMs, 0.99),
      limit: { kind: 'atMost', bound: 30_000 },
    },
    {
      ...row,
      what: 'answers right after it, of the peak',
      unit: 'times',
      value: ofThePeak(after.answeredPerSecond),
      limit: { kind: 'atLeast', bound: 0.85 },
    },
  ];
}

interface World {
  readonly url: string;
  readonly token: string;
  readonly path: string;
  nextCart(): ReturnType<typeof readyToBuy>;
}

async function worldOf(url: string): Promise<World> {
  const { basket } = await shelfOf(url);
  return {
    url,
    token: await guestAt(url),
    // With a token: each is answered by the service, none by the gateway's cache.
    path: '/v1/products?limit=20',
    nextCart: () => readyToBuy(url, basket),
  };
}

interface Asked {
  readonly asked: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/** Readers as fast as they are answered, or at a pace of their own; buyers always one by one. */
async function phase(world: World, readsPerSecond: number): Promise<Phase> {
  const settings = {
    url: world.url + world.path,
    headers: { authorization: `Bearer ${world.token}` },
    perSecond: readsPerSecond / floods,
    maxOpen: readsPerSecond === 0 ? readersAtPeak / floods : maxOpenPerFlood,
  };
  const readers = await Promise.all(
    Array.from({ length: floods }, () => startChild('flood', settings)),
  );
  const sinceLast = () => Promise.all(readers.map((each) => each.tell<Asked>([])));
  await sinceLast();
  const startedAt = performance.now();
  const checkoutMs = await buyUntil(world, startedAt + phaseMs);
  const read = await sinceLast();
  const seconds = (performance.now() - startedAt) / 1_000;
  await Promise.all(readers.map((each) => each.stop()));
  const sum = (of: (asked: Asked) => number) => read.reduce((all, each) => all + of(each), 0);
  const answered = sum(({ statuses }) => statuses['200'] ?? 0) + checkoutMs.length;
  const unasked = sum(({ statuses }) => statuses['notAsked'] ?? 0);
  return {
    answeredPerSecond: answered / seconds,
    askedPerSecond: (sum(({ asked }) => asked) + unasked) / seconds,
    checkoutMs,
  };
}

/** How long each checkout took that was let in. */
async function buyUntil(world: World, endsAt: number): Promise<number[]> {
  const checkoutMs: number[] = [];
  async function buy(): Promise<void> {
    while (performance.now() < endsAt) {
      const prepared = await world.nextCart().catch(() => undefined);
      if (!prepared) continue;
      const startedAt = performance.now();
      const { status } = await checkOut(world.url, prepared);
      if (status === 201) checkoutMs.push(performance.now() - startedAt);
    }
  }
  await Promise.all(Array.from({ length: buyers }, buy));
  return checkoutMs;
}

const modestPerSecond = 10;
const asksOfTheModest = 100;

/**
 * One vendor's session at a hundred times another's: what the other waits, beside what it waits while
 * the same flood goes to a bare server of this machine. Clients that share the processors with what
 * they ask slow it down whatever it does; that part is in both.
 */
export async function measureFairness(marketplace: Child): Promise<Row[]> {
  const { url } = marketplace;
  const operator = await operatorAt(url);
  const greedy = await approvedVendor(url, operator, 'Greedy');
  const modest = await approvedVendor(url, operator, 'Modest');
  const path = '/v1/orders?limit=5';
  const bare = await startChild('bare', { replies: [{ path: '/v1/orders', body: '{}' }] });

  async function besideFloodOf(target: string): Promise<{ ms: number; asked: number }> {
    const flood = await startChild('flood', {
      url: target + path,
      headers: headersOf(greedy),
      perSecond: 100 * modestPerSecond,
      maxOpen: maxOpenPerFlood,
    });
    await pause(1_000);
    const ms = await waitOf(modest, url + path);
    const { asked } = await flood.tell<Asked>([]);
    await flood.stop();
    return { ms, asked };
  }

  await waitOf(modest, url + path);
  const alone = await waitOf(modest, url + path);
  const elsewhere = await besideFloodOf(bare.url);
  const here = await besideFloodOf(url);
  await bare.stop();
  return [
    {
      ...row,
      what: 'a vendor’s answer beside one that asks 100 times as much, of that beside a bare server',
      unit: 'times',
      value: here.ms / elsewhere.ms,
      limit: { kind: 'atMost', bound: 1.2 },
    },
    { ...row, what: 'the same, of alone', unit: 'times', value: here.ms / alone },
    { ...row, what: 'what the other asked meanwhile', unit: 'count', value: here.asked },
  ];
}

const headersOf = ({ token }: { readonly token: string }) => ({
  authorization: `Bearer ${token}`,
});

/** The middle of what a vendor waits that asks now and then, milliseconds. */
async function waitOf(vendor: { readonly token: string }, url: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < asksOfTheModest; n += 1) {
    const startedAt = performance.now();
    const reply = await fetch(url, { headers: headersOf(vendor) });
    const answer = await reply.text();
    if (reply.status !== 200) throw new Error(`The modest vendor got ${reply.status} ${answer}`);
    times.push(performance.now() - startedAt);
    await pause(1_000 / modestPerSecond);
  }
  return quantile(times, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}
