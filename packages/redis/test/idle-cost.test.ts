import { inventoryStockChanged } from '@mkt/contracts';
import type { Meter } from '@mkt/service-kit';
import { poll, sampleEvent } from '@mkt/service-kit/testing/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { meteredTiming } from '../src/bus/timing.ts';
import { createRedisBus } from '../src/index.ts';
import { connectTestRedis, startTestRedis, type TestRedis } from '../src/testing/index.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.stop());

/** An hour passes in so many milliseconds: every pause is shorter by the same factor. */
const hourMs = 3_600;
const scale = hourMs / 3_600_000;

const commandsOf = (meter: Meter): number =>
  meter
    .drain()
    .reduce((sum, { meter: name, amount }) => sum + (name === 'redis.commands' ? amount : 0), 0);

/** Commands of one consumer in an hour in which nothing happens, after an hour in which an event came. */
async function idleCommandsPerHour(): Promise<number> {
  const { redis, meter } = await connectTestRedis(server.url, { metered: true });
  const timing = Object.fromEntries(
    Object.entries(meteredTiming).map(([name, ms]) => [name, ms * scale]),
  );
  // A lease is checked by the server in whole milliseconds.
  const bus = createRedisBus(redis, {
    timing: { ...timing, leaseMs: Math.ceil(meteredTiming.leaseMs * scale) },
  });
  let handled = 0;
  bus.subscribe({
    consumer: 'search',
    types: [inventoryStockChanged.type],
    async handle() {
      handled += 1;
    },
  });
  await bus.publish(sampleEvent());
  await poll(() => handled === 1 && redis.hearing.isComplete());
  const pass = async (): Promise<void> => {
    const until = performance.now() + hourMs;
    await poll(() => performance.now() >= until, 2 * hourMs);
  };
  await pass();
  commandsOf(meter);
  await pass();
  const commands = commandsOf(meter);
  await bus.close();
  await redis.close();
  return commands;
}

test('an idle consumer costs a metered server a handful of commands an hour', async () => {
  const commands = await idleCommandsPerHour();
  expect(commands).toBeGreaterThan(0);
  expect(commands).toBeLessThanOrEqual(6);
});
