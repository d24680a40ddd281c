import { type FixedClock, fixedClock } from '@mkt/kernel';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDueWork } from './due-work.ts';

describe('work that rows make due', () => {
  let clock: FixedClock;
  let due: number[];
  let sweeps: number;

  beforeEach(() => {
    vi.useFakeTimers();
    clock = fixedClock(0);
    due = [];
    sweeps = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const make = (fail: () => boolean = () => false) =>
    createDueWork({
      service: 'inventory',
      work: 'a test',
      clock,
      log: pino({ level: 'silent' }) as never,
      sweepIntervalMs: 60_000,
      async sweep() {
        sweeps += 1;
        if (fail()) throw new Error('The database is away');
        const now = clock.now().getTime();
        const taken = due.filter((at) => at <= now).length;
        due = due.filter((at) => at > now);
        return taken;
      },
      nextDueAt: async () => (due.length > 0 ? new Date(Math.min(...due)) : null),
    });

  /** Both clocks move: the business clock, and the one that timers run by. */
  async function pass(ms: number) {
    clock.advance(ms);
    await vi.advanceTimersByTimeAsync(ms);
  }

  test('is looked for at the start and done when it is due, without polling', async () => {
    due = [5_000];
    const work = make();
    await work.start();
    expect(sweeps).toBe(1);
    await pass(4_900);
    expect(sweeps).toBe(1);
    await pass(200);
    expect([sweeps, due]).toEqual([2, []]);
    await work.stop();
  });

  test('that becomes due earlier than what is known moves the timer', async () => {
    due = [50_000];
    const work = make();
    await work.start();
    due.push(1_000);
    work.armAt(new Date(1_000));
    await pass(1_050);
    expect(due).toEqual([50_000]);
    await pass(49_000);
    expect(due).toEqual([]);
    await work.stop();
  });

  test('is looked for within the sweep interval, whoever stored it', async () => {
    const work = make();
    await work.start();
    due = [1];
    await pass(60_100);
    expect(due).toEqual([]);
    await work.stop();
  });

  test('is tried again soon after a failure, and less often the longer the store is away', async () => {
    due = [1_000];
    let isAway = false;
    const work = make(() => isAway);
    await work.start();
    isAway = true;
    await pass(1_050);
    expect(sweeps).toBe(2);
    await pass(30_000);
    // The pauses double: four or five looks, and not thirty.
    expect(sweeps).toBeGreaterThan(4);
    expect(sweeps).toBeLessThan(10);
    isAway = false;
    await pass(60_100);
    expect(due).toEqual([]);
    await work.stop();
  });

  test('is done by one sweep at a time, and never after it was stopped', async () => {
    due = [0];
    const work = make();
    await work.start();
    due = [0];
    expect(await Promise.all([work.sweep(), work.sweep()])).toEqual([1, 0]);
    await work.stop();
    const before = sweeps;
    work.armAt(new Date(0));
    await pass(120_000);
    expect(sweeps).toBe(before);
  });
});
