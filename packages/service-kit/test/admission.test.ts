import { ok } from '@mkt/kernel';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createHttpServer } from '../src/http/server.ts';
import {
  createAdmission,
  createLogger,
  createMeter,
  createMetrics,
  createTokenVerifier,
  priorityHeader,
  route,
} from '../src/index.ts';
import { poll } from '../src/testing/contracts/index.ts';
import { createTestTokens, fixedLimit } from '../src/testing/index.ts';

test('a service of its own process serves the urgent first, and turns away what is too much', async () => {
  const inside: { n: string; answer: () => void }[] = [];
  const held = route({
    method: 'GET',
    path: '/v1/products/:n',
    summary: 'Waits',
    access: 'public',
    params: z.strictObject({ n: z.string() }),
    reply: { status: 200, schema: z.strictObject({ n: z.string() }) },
    handle: ({ params }) =>
      new Promise((resolve) => {
        inside.push({ n: params.n, answer: () => resolve(ok({ n: params.n })) });
      }),
  });
  const waitMs = 10_000;
  const http = createHttpServer({
    service: 'product',
    routes: [held],
    db: undefined,
    tokens: createTokenVerifier((await createTestTokens()).keySource),
    log: createLogger('silent'),
    meter: createMeter(),
    metrics: createMetrics(),
    operationTimeoutMs: 10_000,
    admission: createAdmission({
      limit: fixedLimit(1),
      maxQueued: 2,
      maxWaitMs: { checkout: waitMs, browsing: waitMs, console: waitMs, bot: waitMs },
      tenantShare: 1,
    }),
  });
  // Awaited within, so that it is sent at once and not when somebody waits for it.
  const ask = async (n: string, priority: string) =>
    http.inject({ url: `/v1/products/${n}`, headers: { [priorityHeader]: priority } });
  const [first, bot, urgent] = [
    ask('first', 'browsing'),
    ask('bot', 'bot'),
    ask('urgent', 'checkout'),
  ];
  const tooMuch = await ask('another', 'bot');
  expect([tooMuch.statusCode, tooMuch.json().code]).toEqual([503, 'OVERLOADED']);
  expect(tooMuch.headers['retry-after']).toBe('2');
  for (const n of ['first', 'urgent', 'bot']) {
    await poll(() => inside.some((one) => one.n === n));
    inside.find((one) => one.n === n)?.answer();
  }
  expect(inside.map(({ n }) => n)).toEqual(['first', 'urgent', 'bot']);
  for (const reply of [first, bot, urgent]) expect((await reply).statusCode).toBe(200);
  await http.close();
});
