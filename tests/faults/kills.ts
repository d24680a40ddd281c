import { serviceNames } from '@mkt/topology';
import type { Shape } from '../support/shape.ts';
import { startPurchases } from './purchases.ts';
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

/** Buys a number of times, each under one key until it is answered, and kills processes meanwhile. */
export async function buyWhileKilling(shape: Shape, shop: Shop, plan: KillPlan): Promise<Figures> {
  const began = performance.now();
  const kills: string[] = [];
  const random = randomFrom(plan.seed);
  const purchases = startPurchases(shape, shop, plan);
  const killing = setInterval(() => {
    const victim = serviceNames[Math.floor(random() * serviceNames.length)];
    if (!victim) return;
    kills.push(victim);
    void shape.kill(victim);
  }, plan.everyMs);
  try {
    await purchases.ended;
  } finally {
    clearInterval(killing);
  }
  const { placed, refused, repeats } = purchases;
  return { placed, refused, repeats, kills, tookMs: performance.now() - began };
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
