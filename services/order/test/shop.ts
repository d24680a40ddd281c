import { newId } from '@mkt/kernel';
import { type FaultPoint, noFaults } from '@mkt/service-kit';
import { startTestService, type TestResponse, type TestService } from '@mkt/service-kit/testing';
import { inject } from 'vitest';
import { orderService } from '../src/index.ts';
import { tokens, World } from './world.ts';

export const address = {
  name: 'Ada Marsh',
  line1: 'Rua do Forno 4',
  city: 'Porto',
  postalCode: '4000-001',
  country: 'PT',
};

export interface BuyOptions {
  readonly token?: string;
  readonly key?: string;
  readonly paymentToken?: string | null;
  readonly expectedMinor?: number;
  /** Without it, every purchase has a cart of its own, and a repeated key the cart that it had. */
  readonly cartId?: string;
  readonly body?: Record<string, unknown>;
}

/** The order service with the world around it, and a shopper. */
export interface Shop {
  readonly it: TestService;
  readonly world: World;
  readonly shopperId: string;
  readonly shopper: string;
  buy(options?: BuyOptions): Promise<TestResponse>;
  /** Rows of one of the service's tables. */
  rows(sql: string, params?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  group(groupId: string, token?: string): Promise<TestResponse>;
}

export async function openShop(
  options: { world?: World; faultPoint?: FaultPoint; from?: Shop } = {},
): Promise<Shop> {
  const world = options.world ?? options.from?.world ?? new World();
  const it = await startTestService(orderService, {
    postgresUrl: inject('postgresUrl'),
    peers: world.peers(),
    faultPoint: options.faultPoint ?? noFaults,
    ...(options.from ? { database: options.from.it.database, clock: options.from.it.clock } : {}),
  });
  const shopperId = options.from?.shopperId ?? newId<'User'>();
  const shopper = await it.tokens.user(shopperId);
  const cartOf = (key: string | undefined, token: string) =>
    key ? world.cartOfKey(`${shopperOf(token)}:${key}`) : world.newCart();
  return {
    it,
    world,
    shopperId,
    shopper,
    buy: ({ token = shopper, key, paymentToken = tokens.good, expectedMinor, cartId, body } = {}) =>
      it.request('POST', '/v1/checkouts', {
        token,
        ...(key ? { idempotencyKey: key } : {}),
        body: {
          cartId: cartId ?? cartOf(key, token),
          email: 'ada@example.test',
          shippingAddress: address,
          shipping: world.shipping,
          paymentToken,
          expectedTotal: { amountMinor: expectedMinor ?? world.totalMinor(), currency: 'EUR' },
          ...body,
        },
      }),
    rows: async (sql, params) => (await it.database.admin(sql, params)).rows,
    group: (groupId, token = shopper) =>
      it.request('GET', `/v1/order-groups/${groupId}`, { token }),
  };
}

/** Two services sign their own tokens for one shopper: their subject tells whose they are. */
function shopperOf(token: string): string {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return JSON.parse(payload).sub;
}
