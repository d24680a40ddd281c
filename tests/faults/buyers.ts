import { expect } from 'vitest';
import { isPlaced, type Shop } from './shop.ts';

export interface Buyers {
  /** Resolves when so many more checkouts have been placed. */
  more(count: number, timeoutMs: number): Promise<void>;
  /** Lets the last checkouts end; answers that were neither a sale nor "come back". */
  stop(): Promise<readonly string[]>;
}

/** Shoppers who buy one after the other, whatever they are answered, until they are stopped. */
export function sendBuyers(shop: Shop, count: number): Buyers {
  const unexpected: string[] = [];
  let isOver = false;

  async function keepBuying(): Promise<void> {
    while (!isOver) {
      try {
        const reply = await shop.buy();
        const comesBack = [503, 504].includes(reply.status) && reply.headers.has('retry-after');
        if (!isPlaced(reply) && !comesBack && reply.body.state !== 'processing') {
          unexpected.push(`${reply.status} ${JSON.stringify(reply.body)}`);
        }
      } catch (error) {
        // A step before the checkout was refused, by its status.
        const { message } = error as Error;
        if (!/^50[34] /.test(message)) unexpected.push(message);
      }
    }
  }

  const buying = Array.from({ length: count }, keepBuying);
  return {
    async more(wanted, timeout) {
      const before = shop.acknowledged.length;
      await expect
        .poll(() => shop.acknowledged.length, { timeout, interval: 10 })
        .toBeGreaterThanOrEqual(before + wanted);
    },
    async stop() {
      isOver = true;
      await Promise.all(buying);
      return unexpected;
    },
  };
}
