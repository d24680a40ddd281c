import { setImmediate as turn } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { poll } from '../testing/contracts/index.ts';
import { delaysOf, measureEventLoop } from './event-loop.ts';

const looks = (count: number, ms: number) => ({
  count,
  percentile: (percent: number) => (ms + percent / 100) * 1e6,
  max: (ms + 5) * 1e6,
});

describe('the delay of the event loop', () => {
  test('is what a look came late, not the pause between looks', () => {
    const seconds = delaysOf(looks(10, 30)).map((delay) => delay.seconds.toFixed(4));
    expect(seconds).toEqual(['0.0105', '0.0110', '0.0150']);
  });

  test('is none where a look came early, or none was made', () => {
    const none = [0, 0, 0];
    expect(delaysOf(looks(10, 10)).map(({ seconds }) => seconds)).toEqual(none);
    expect(delaysOf(looks(0, 9e15)).map(({ seconds }) => seconds)).toEqual(none);
  });

  test('shows a blocked loop once, to the next scrape alone', async () => {
    const registry = new Registry();
    measureEventLoop(registry);
    const maxSeconds = async () => {
      const metric = await registry.getSingleMetric('event_loop_delay_seconds')?.get();
      return metric?.values.find(({ labels }) => labels.quantile === 'max')?.value ?? -1;
    };
    // The first look has none before it, and each is made in a later turn.
    await poll(async () => {
      for (let n = 0; n < 2; n += 1) {
        const endsAtMs = performance.now() + 200;
        while (performance.now() < endsAtMs);
        await turn();
        await turn();
      }
      return (await maxSeconds()) > 0.1;
    });
    expect(await maxSeconds()).toBe(0);
  });
});
