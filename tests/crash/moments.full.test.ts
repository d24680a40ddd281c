import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { type CrashStand, killUnderLoad, momentsMs, openCrashStand } from './stand.ts';

const moments = momentsMs(Number(process.env.MKT_CRASH_MOMENTS ?? 50));

describe('a process killed in the middle of checkouts', () => {
  let stand: CrashStand;
  beforeAll(async () => {
    stand = await openCrashStand(inject('postgresUrl'));
  });
  afterAll(() => stand?.close());

  test(`at ${moments.length} moments under load loses nothing and leaves nothing half done`, async () => {
    for (const afterMs of moments) await killUnderLoad(stand, afterMs);
    await stand.expectRecovered();
  }, 1_800_000);
});
