import { setTimeout as pause } from 'node:timers/promises';
import {
  approvedVendor,
  checkOut,
  guestAt,
  operatorAt,
  readyToBuy,
} from '../tests/support/actors.ts';
import { expectOk, request } from '../tests/support/http.ts';
import { shelfOf } from './catalogue.ts';

/** Somebody who does one thing, looks at it for a while, and does it again. */
interface Actor {
  readonly count: number;
  readonly pauseMs: number;
  act(): Promise<unknown>;
}

export interface MixedLoad {
  readonly done: number;
  stop(): Promise<void>;
}

/** Shoppers, visitors, a vendor and an operator, at a pace that a small machine holds for long. */
export async function startMixedLoad(url: string): Promise<MixedLoad> {
  const actors = await actorsAt(url);
  let isOver = false;
  let done = 0;
  const over = new AbortController();
  async function repeat({ act, pauseMs }: Actor): Promise<void> {
    while (!isOver) {
      await act();
      done += 1;
      await pause(pauseMs, undefined, { signal: over.signal }).catch(() => {});
    }
  }
  const running = Promise.all(
    actors.flatMap((actor) => Array.from({ length: actor.count }, () => repeat(actor))),
  );
  // A failed request fails the bench when it stops, not the process while it runs.
  running.catch(() => {});
  return {
    get done() {
      return done;
    },
    async stop() {
      isOver = true;
      over.abort();
      await running;
    },
  };
}

async function actorsAt(url: string): Promise<Actor[]> {
  const { basket, productIds } = await shelfOf(url);
  const operator = await operatorAt(url);
  const vendor = await approvedVendor(url, operator, 'Steady');
  const token = await guestAt(url);
  const get = (path: string, as?: string) =>
    expectOk(request(url, 'GET', path, as ? { token: as } : {}));
  let turn = 0;
  const product = () => {
    turn += 1;
    return `/v1/products/${productIds[turn % productIds.length]}`;
  };
  return [
    {
      count: 2,
      pauseMs: 400,
      async act() {
        const reply = await expectOk(checkOut(url, await readyToBuy(url, basket)));
        if (reply.state !== 'placed') throw new Error(`A checkout ended as ${reply.state}`);
      },
    },
    { count: 4, pauseMs: 100, act: () => get('/v1/products?limit=20') },
    { count: 4, pauseMs: 100, act: () => get(product(), token) },
    { count: 2, pauseMs: 200, act: () => get('/v1/search?q=firts&limit=20', token) },
    { count: 1, pauseMs: 500, act: () => get('/v1/orders?limit=20', vendor.token) },
    { count: 1, pauseMs: 1_000, act: () => get('/v1/payments?limit=20', operator) },
  ];
}
