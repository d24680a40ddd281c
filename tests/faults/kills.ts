import { serviceNames } from '@mkt/topology';
import { checkOut, type Prepared, readyToBuy } from '../support/actors.ts';
import type { Shape } from '../support/shape.ts';
import type { Shop } from './shop.ts';

export interface KillPlan {
  readonly checkouts: number;
  readonly buyers: number;
  readonly everyMs: number;
  readonly seed: number;
}

export interface Figures {
  readonly placed: readonly string[];
  /** Requests that were sent again, because no answer came or it said "come back". */
  readonly repeats: number;
  /** Checkouts that ended without an order, and were begun anew by their buyer. */
  readonly refused: readonly string[];
  readonly kills: readonly string[];
  readonly tookMs: number;
}

const pauseMs = 50;
/** A buyer tries for longer than any process is away, also on a busy machine. */
const patienceMs = 600_000;

/** Buys a number of times, each under one key until it is answered, and kills processes meanwhile. */
export async function buyWhileKilling(shape: Shape, shop: Shop, plan: KillPlan): Promise<Figures> {
  const began = performance.now();
  const placed: string[] = [];
  const refused: string[] = [];
  const kills: string[] = [];
  let begun = 0;
  let repeats = 0;
  const random = randomFrom(plan.seed);

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
      await pause(pauseMs);
    }
  }

  async function buyOnce(): Promise<void> {
    const lines = shop.variants.map((variantId) => ({ variantId, quantity: 1 }));
    const ready: Prepared = await untilAnswered(() => readyToBuy(shape.url, lines));
    const key = crypto.randomUUID();
    const reply = await untilAnswered(async () => {
      const { status, body } = await checkOut(shape.url, ready, key);
      return status >= 500 || body.state === 'processing' ? undefined : { status, body };
    });
    if (reply.body.state === 'placed') placed.push(reply.body.groupId);
    else {
      refused.push(`${reply.status} ${reply.body.code}`);
      await buyOnce();
    }
  }

  async function keepBuying(): Promise<void> {
    while (begun < plan.checkouts) {
      begun += 1;
      await buyOnce();
    }
  }

  const killing = setInterval(() => {
    const victim = serviceNames[Math.floor(random() * serviceNames.length)];
    if (!victim) return;
    kills.push(victim);
    void shape.kill(victim);
  }, plan.everyMs);
  try {
    await Promise.all(Array.from({ length: plan.buyers }, keepBuying));
  } finally {
    clearInterval(killing);
  }
  return { placed, repeats, refused, kills, tookMs: performance.now() - began };
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
