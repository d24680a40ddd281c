import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { shapesOfThisRun } from '../support/shape.ts';
import { type CrashStand, killUnderLoad, momentsMs, openCrashStand } from './stand.ts';

/** Where a checkout is killed: each stored step, and after each command was carried out. */
const faultPoints = (process.env.MKT_FAULT_POINTS ?? '').split(',').filter(Boolean);
const defaultFaultPoints = [
  'checkout.buying',
  'checkout.buying.executed',
  'checkout.buying.reserved',
  'checkout.buying.authorized',
  'checkout.placed',
  'relay.order.claimed',
  'relay.order.delivered',
];
/** `moments.full.test.ts` has many more. */
const moments = momentsMs(12);
/** `processes.full.test.ts` has the moments of services in processes of their own. */
const kinds = shapesOfThisRun.filter((kind) => kind !== 'processes');

describe.each(kinds)('in the shape %s, a process killed in the middle of checkouts', (kind) => {
  let stand: CrashStand;
  beforeAll(async () => {
    stand = await openCrashStand(inject('postgresUrl'), kind);
  });
  afterAll(() => stand?.close());

  test.each(faultPoints.length > 0 ? faultPoints : defaultFaultPoints)(
    'at %s loses nothing and leaves nothing half done',
    async (point) => {
      const child = await stand.spawn({ point, times: 2 });
      await stand.buyUntilItDies(child.url, 8);
      const outcome = await Promise.race([
        child.exited.then(() => 'died'),
        new Promise((resolve) => setTimeout(() => resolve('alive'), 5_000).unref()),
      ]);
      if (outcome === 'alive') await child.kill();
      expect(outcome, `the fault point ${point} was never reached`).toBe('died');
      await stand.expectRecovered();
    },
    240_000,
  );

  test(`at ${moments.length} moments under load loses nothing and leaves nothing half done`, async () => {
    for (const afterMs of moments) await killUnderLoad(stand, afterMs);
    await stand.expectRecovered();
  }, 480_000);
});
