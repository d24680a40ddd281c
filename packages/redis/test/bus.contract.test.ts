import { busContract } from '@mkt/service-kit/testing/contracts';
import { afterAll, beforeAll } from 'vitest';
import { createRedisBus } from '../src/index.ts';
import { connectTestRedis, openTestRedis } from '../src/testing/index.ts';

let server: Awaited<ReturnType<typeof openTestRedis>>;
beforeAll(async () => {
  server = await openTestRedis();
});
afterAll(() => server.stop());

for (const metered of [false, true]) {
  busContract(`the bus on Redis${metered ? ', metered,' : ''}`, async () => {
    const { redis } = await connectTestRedis(server.url, { metered });
    const bus = createRedisBus(redis);
    return {
      bus,
      async close() {
        await bus.close();
        await redis.close();
      },
    };
  });
}
