import { inventoryAvailability } from '@mkt/contracts';
import { newId, ok } from '@mkt/kernel';
import {
  type BreakerShare,
  createMetrics,
  createPeers,
  Fault,
  type Metrics,
  type Peers,
} from '@mkt/service-kit';
import { poll } from '@mkt/service-kit/testing/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRedisBreakerShare, type RedisConnections } from '../src/index.ts';
import { connectTestRedis, startTestRedis, type TestRedis } from '../src/testing/index.ts';

let server: TestRedis;
let opened: RedisConnections[];
beforeEach(async () => {
  server = await startTestRedis();
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((redis) => redis.close()));
  await server.stop();
});

interface Process {
  readonly redis: RedisConnections;
  readonly share: BreakerShare;
  readonly peers: Peers;
  readonly transport: ReturnType<typeof vi.fn>;
  breaker(): Promise<number>;
}

/** What one process has: its own connections, metrics and policies. */
async function startProcess(isDown: () => boolean): Promise<Process> {
  const metrics: Metrics = createMetrics();
  const { redis } = await connectTestRedis(server.url, { keyPrefix: 'test', metrics });
  opened.push(redis);
  const share = createRedisBreakerShare(redis);
  const transport = vi.fn(async () => {
    if (isDown()) throw new Fault('DEPENDENCY_UNAVAILABLE', 'it failed');
    return ok({ variants: [] });
  });
  return {
    redis,
    share,
    transport,
    peers: createPeers('cart', transport, metrics, share),
    async breaker() {
      const { values } = await metrics.breakerState.get();
      return values.find(({ labels }) => labels.service === 'inventory')?.value ?? 0;
    },
  };
}

const request = { variantIds: [newId<'Variant'>()] };
const call = ({ peers }: Process) => peers.call(inventoryAvailability, request).catch((e) => e);

async function trip(process: Process): Promise<void> {
  await poll(async () => {
    await call(process);
    return (await process.breaker()) === 1;
  });
}

test('one process opens its breaker, and within a second the others’ are open too', async () => {
  const [first, second] = await Promise.all([
    startProcess(() => true),
    startProcess(() => false),
  ] as const);
  await call(second);
  expect(await second.breaker()).toBe(0);
  await trip(first);
  await poll(async () => (await second.breaker()) === 1, 1_000);
  second.transport.mockClear();
  expect(await call(second)).toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  expect(second.transport).not.toHaveBeenCalled();
});

test('who only heard of it tries again by itself, and closes when that works', async () => {
  const [first, second] = await Promise.all([
    startProcess(() => true),
    startProcess(() => false),
  ] as const);
  await call(second);
  await trip(first);
  await poll(async () => (await second.breaker()) === 1, 1_000);
  await poll(async () => ((await call(second)) as { ok?: boolean }).ok === true, 8_000);
  expect(await second.breaker()).toBe(0);
});

test('a process that starts, or was cut off, learns of it when it connects', async () => {
  const first = await startProcess(() => true);
  await trip(first);
  const late = await startProcess(() => false);
  const open = vi.fn();
  late.share.join('inventory', open);
  await poll(() => open.mock.calls.length > 0, 2_000);
});

test('without Redis each process decides alone, and still opens and closes', async () => {
  let isDown = true;
  const [first, second] = await Promise.all([
    startProcess(() => isDown),
    startProcess(() => false),
  ] as const);
  await server.kill();
  await poll(() => !first.redis.isAvailable() && !second.redis.isAvailable());
  await trip(first);
  expect(((await call(second)) as { ok?: boolean }).ok).toBe(true);
  expect(await second.breaker()).toBe(0);
  isDown = false;
  await poll(async () => ((await call(first)) as { ok?: boolean }).ok === true, 8_000);
  await server.restart();
});
