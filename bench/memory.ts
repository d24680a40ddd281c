import { checkOut, readyToBuy } from '../tests/support/actors.ts';
import { expectOk } from '../tests/support/http.ts';
import { shelfOf } from './catalogue.ts';
import type { Child } from './child.ts';
import type { Row } from './report.ts';

const shoppersAtOnce = 8;
/** The limit speaks of so many: fewer can break it, and cannot prove that it is kept. */
const limitedCheckouts = 2_000;
const idleLimit = { kind: 'atMost', bound: 200, aim: 160 } as const;
const busyLimit = { kind: 'atMost', bound: 300, aim: 220 } as const;

const megabytes = (bytes: number): number => bytes / 1_000_000;
const row = { topic: 'memory', unit: 'MB' } as const;

/** The process as it stands after a start on a filled shop, before anybody asked for anything. */
export async function measureIdle(marketplace: Child): Promise<Row[]> {
  const { rssBytes, heapBytes } = await marketplace.settledUsage();
  return [
    { ...row, what: 'memory, idle', value: megabytes(rssBytes), limit: idleLimit },
    { ...row, what: 'of which JavaScript objects', value: megabytes(heapBytes) },
  ];
}

export interface BuyingLimits {
  readonly checkouts: number;
  readonly durationMs: number;
}

/** The process after so many checkouts, or as many as the time allowed: the row says how many. */
export async function measureAfterCheckouts(
  marketplace: Child,
  limits: BuyingLimits,
): Promise<Row[]> {
  const { bought, durationMs } = await buyMany(marketplace.url, limits);
  const { rssBytes, peakRssBytes, heapBytes } = await marketplace.settledUsage();
  const isJudged = bought >= limitedCheckouts || megabytes(rssBytes) > busyLimit.bound;
  const after = `memory, after ${bought.toLocaleString('en')} checkouts`;
  return [
    {
      ...row,
      what: after,
      value: megabytes(rssBytes),
      ...(isJudged ? { limit: busyLimit } : {}),
    },
    { ...row, what: 'of which JavaScript objects', value: megabytes(heapBytes) },
    { ...row, what: 'memory, most at any moment', value: megabytes(peakRssBytes) },
    {
      topic: 'memory',
      what: 'checkouts, from the guest to the order',
      unit: 'perSecond',
      value: (bought * 1_000) / durationMs,
    },
  ];
}

async function buyMany(url: string, limits: BuyingLimits) {
  const { basket } = await shelfOf(url);
  const startedAt = performance.now();
  let begun = 0;
  let bought = 0;
  async function buyUntilEnd(): Promise<void> {
    while (begun < limits.checkouts && performance.now() - startedAt < limits.durationMs) {
      begun += 1;
      const reply = await expectOk(checkOut(url, await readyToBuy(url, basket)));
      if (reply.state !== 'placed') throw new Error(`A checkout ended as ${reply.state}`);
      bought += 1;
    }
  }
  await Promise.all(Array.from({ length: shoppersAtOnce }, buyUntilEnd));
  return { bought, durationMs: performance.now() - startedAt };
}
