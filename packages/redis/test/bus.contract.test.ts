import { busContract } from '@mkt/service-kit/testing/contracts';
import { afterAll, beforeAll } from 'vitest';
import { createRedisBus, type RedisBusOptions } from '../src/index.ts';
import { connectTestRedis, openTestRedis } from '../src/testing/index.ts';

let server: Awaited<ReturnType<typeof openTestRedis>>;
beforeAll(async () => {
  server = await openTestRedis();
});
afterAll(() => server.stop());

const shapes: readonly (readonly [name: string, metered: boolean, options: RedisBusOptions])[] = [
  ['the bus on Redis', false, {}],
  ['the bus on a metered Redis', true, {}],
  ['the bus on Redis under a lasting identity', false, { identity: 'order-0' }],
];

for (const [name, metered, options] of shapes) {
  busContract(name, async () => {
    const { redis } = await connectTestRedis(server.url, { metered });
    const bus = createRedisBus(redis, options);
    return {
      bus,
      async close() {
        await bus.close();
        await redis.close();
      },
    };
  });
}
