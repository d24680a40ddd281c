import { expect } from 'vitest';
import { checkOut, readyToBuy } from '../support/actors.ts';
import type { Shape } from '../support/shape.ts';
import type { Shop } from './shop.ts';

/** Checkouts under way, each under one key until it is answered for good. */
export interface Purchases {
  readonly placed: readonly string[];
  /** Checkouts that ended without an order, and were begun anew by their buyer. */
  readonly refused: readonly string[];
  /** Requests that were sent again, because no answer came or it said "come back". */
  readonly repeats: number;
  /** Resolves when so many more have been placed. */
  more(count: number): Promise<void>;
  /** Lets those end that were begun, and begins no more. */
  finish(): Promise<void>;
  /** When all that were wanted have ended. */
  readonly ended: Promise<void>;
}

const pauseMs = 50;
/** A buyer tries for longer than any process is away, also on a busy machine. */
const patienceMs = 600_000;

/** Shoppers who buy one after the other, so often in all, and stay with a checkout until it is known. */
export function startPurchases(
  shape: Shape,
  shop: Shop,
  plan: { readonly checkouts?: number; readonly buyers: number },
): Purchases {
  const placed: string[] = [];
  const refused: string[] = [];
  let left = plan.checkouts ?? Number.POSITIVE_INFINITY;
  let repeats = 0;

  async function untilAnswered<T>(work: () => Promise<T | undefined>): Promise<T> {
    const endsAt = performance.now() + patienceMs;
    for (let failure: unknown; ; repeats += 1) {
      const answer = await work().catch((error: unknown) => {
        failure = error;
        return undefined;
      });
      if (answer !== undefined) return answer;
      if (performance.now() > endsAt) {
        throw new Error('A buyer has waited for too long', { cause: failure });
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async function buy(): Promise<void> {
    const lines = shop.variants.map((variantId) => ({ variantId, quantity: 1 }));
    const ready = await untilAnswered(() => readyToBuy(shape.url, lines));
    const key = crypto.randomUUID();
    const { status, body } = await untilAnswered(async () => {
      const reply = await checkOut(shape.url, ready, key);
      return reply.status >= 500 || reply.body.state === 'processing' ? undefined : reply;
    });
    if (body.state === 'placed') return void placed.push(body.groupId);
    refused.push(`${status} ${body.code}`);
    await buy();
  }

  async function keepBuying(): Promise<void> {
    while (left > 0) {
      left -= 1;
      await buy();
    }
  }

  const ended = Promise.all(Array.from({ length: plan.buyers }, keepBuying)).then(() => {});
  ended.catch(() => {});
  return {
    placed,
    refused,
    get repeats() {
      return repeats;
    },
    async more(count) {
      const wanted = placed.length + count;
      await Promise.race([
        ended,
        expect
          .poll(() => placed.length, { timeout: patienceMs, interval: 20 })
          .toBeGreaterThanOrEqual(wanted),
      ]);
    },
    finish() {
      left = 0;
      return ended;
    },
    ended,
  };
}
