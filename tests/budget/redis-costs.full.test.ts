import { costModel, type UseCase } from '@mkt/topology';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type CountedMarketplace, startCountedMarketplace } from './marketplace.ts';
import { type CountingRedis, startCountingRedis } from './redis-commands.ts';
import { type Measured, measureUseCases } from './use-cases.ts';

/** What the cost model may be wrong by. */
const tolerance = 0.1;
/** Fifteen consumers may look at the bus once by themselves, three commands each, in three runs. */
const least = 16;

let redis: CountingRedis;
let market: CountedMarketplace;
let measured: Measured;
beforeAll(async () => {
  redis = await startCountingRedis();
  market = await startCountedMarketplace(inject('postgresUrl'), redis);
  measured = await measureUseCases(market);
}, 600_000);
afterAll(async () => {
  await market?.stop();
  await redis?.stop();
});

const demanded = [
  'pageView',
  'search',
  'addToCart',
  'checkout',
  'fulfillment',
  'vendorUpdate',
] as const;

test.each<UseCase>(demanded)('%s spends the commands that the cost model says', (useCase) => {
  const { always, onMiss } = costModel[useCase];
  const said = always.redisCommands + (onMiss?.cost.redisCommands ?? 0);
  const spent = measured[useCase]?.redisCommands ?? Number.NaN;
  expect(Math.abs(spent - said), `${spent} commands, not ${said}`).toBeLessThanOrEqual(
    Math.max(least, tolerance * said),
  );
});
