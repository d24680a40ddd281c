import { inventoryReserve } from '@mkt/contracts';
import { newId, ok } from '@mkt/kernel';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import {
  addPeerRoutes,
  createLogger,
  createMetrics,
  createPeerRegistry,
  createPeerTokens,
  type PeerHandler,
  type PeerTokens,
  peerPathPrefix,
} from '../../src/index.ts';
import { createHttpTransport } from '../../src/peers/http-transport.ts';
import { peersContract } from '../../src/testing/contracts/index.ts';

const secret = 'a secret of this test, 32 characters';
const inventory = createPeerTokens({ self: 'inventory', secrets: [secret] });
const order = createPeerTokens({ self: 'order', secrets: [secret] });

async function serve(
  handlers: readonly PeerHandler[],
  tokens: Pick<PeerTokens, 'verify'> = inventory,
) {
  const app = Fastify();
  const options = { handlers, tokens, log: createLogger('silent'), metrics: createMetrics() };
  addPeerRoutes(app, { service: 'inventory', ...options });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, url };
}

peersContract('a call within the process', async (handlers) => {
  const registry = createPeerRegistry();
  registry.register(handlers);
  return { transport: registry.transport, close: async () => {} };
});

peersContract('HTTP', async (handlers) => {
  const { app, url } = await serve(handlers);
  const { transport, close } = createHttpTransport({ urlOf: () => url, tokens: order });
  return {
    transport,
    async close() {
      await close();
      await app.close();
    },
  };
});

describe('a peer over HTTP', () => {
  const opened: FastifyInstance[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((app) => app.close()));
  });

  async function start(tokens?: Pick<PeerTokens, 'verify'>) {
    let calls = 0;
    const handler: PeerHandler = {
      operation: inventoryReserve,
      handle: async () => {
        calls += 1;
        return ok({ surprise: 1 });
      },
    };
    const { app, url } = await serve([handler], tokens);
    opened.push(app);
    return { url, calls: () => calls };
  }

  const hold = {
    groupId: newId<'OrderGroup'>(),
    lines: [{ variantId: newId<'Variant'>(), quantity: 1 }],
    expiresAt: '2026-03-01T10:00:00.000Z',
  };
  const post = (url: string, operation: string, authorization?: string) =>
    fetch(`${url}${peerPathPrefix}${operation}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(authorization ? { authorization } : {}),
      },
      body: JSON.stringify(hold),
    });

  test('leaves out what a newer peer adds to its reply', async () => {
    const { url } = await start();
    const { transport, close } = createHttpTransport({ urlOf: () => url, tokens: order });
    const call = { signal: AbortSignal.timeout(5_000), timeoutMs: 5_000 };
    expect(await transport('inventory', inventoryReserve, hold, call)).toEqual(ok({}));
    await close();
  });

  test('that is not there is a fault that may pass', async () => {
    const { transport, close } = createHttpTransport({
      urlOf: () => 'http://127.0.0.1:1',
      tokens: order,
    });
    const call = { signal: AbortSignal.timeout(5_000), timeoutMs: 5_000 };
    const away = transport('inventory', inventoryReserve, hold, call);
    await expect(away).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    await close();
  });

  test('answers nobody without a genuine token, and only who may call', async () => {
    const { url, calls } = await start();
    const forged = createPeerTokens({ self: 'order', secrets: [secret.toUpperCase()] });
    const elsewhere = order.sign('payment');
    const search = createPeerTokens({ self: 'search', secrets: [secret] });
    const tries: [string | undefined, number][] = [
      [undefined, 401],
      ['Bearer p1.order.inventory.99999999999.', 401],
      [`Bearer ${forged.sign('inventory')}`, 401],
      [`Bearer ${elsewhere}`, 401],
      [`Bearer ${search.sign('inventory')}`, 403],
      [`Bearer ${order.sign('inventory')}`, 200],
    ];
    for (const [authorization, status] of tries) {
      const reply = await post(url, 'inventory.reserve', authorization);
      expect([authorization, reply.status]).toEqual([authorization, status]);
    }
    expect(calls()).toBe(1);
    const unknown = await post(url, 'inventory.nothing', `Bearer ${order.sign('inventory')}`);
    expect(unknown.status).toBe(404);
  });
});

describe('a peer token', () => {
  let nowMs = 1_800_000_000_000;
  const at = (self: 'order' | 'inventory', ...secrets: string[]) =>
    createPeerTokens({ self, secrets, now: () => nowMs });

  test('is reused while it is fresh, and refused when it is a minute old', () => {
    const [caller, callee] = [at('order', secret), at('inventory', secret)];
    const token = caller.sign('inventory');
    nowMs += 20_000;
    expect(caller.sign('inventory')).toBe(token);
    nowMs += 20_000;
    expect(caller.sign('inventory')).not.toBe(token);
    expect(callee.verify(token)).toBe('order');
    nowMs += 20_000;
    expect(callee.verify(token)).toBeUndefined();
  });

  test('of the old secret is accepted while the secret is being replaced', () => {
    const next = secret.replaceAll('a', 'b');
    expect(at('inventory', next, secret).verify(at('order', secret).sign('inventory'))).toBe(
      'order',
    );
    expect(at('inventory', next).verify(at('order', secret).sign('inventory'))).toBeUndefined();
  });

  test('is not made with a short secret', () => {
    expect(() => at('order', 'short')).toThrow('32');
  });
});
