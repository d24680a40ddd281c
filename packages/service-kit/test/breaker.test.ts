import { BrokenCircuitError } from 'cockatiel';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Breaker, type BreakerState, createBreaker } from '../src/peers/breaker.ts';
import { BreakerWindow } from '../src/peers/breaker-window.ts';

const rule = { threshold: 0.5, windowMs: 10_000, minimumRps: 1 };

describe('what a breaker counts', () => {
  test('is the calls of its window and no older ones, however the calls are spread', () => {
    const calls = fc.array(fc.tuple(fc.nat(15_000), fc.boolean()), { maxLength: 300 });
    fc.assert(
      fc.property(calls, (steps) => {
        const window = new BreakerWindow(rule);
        let nowMs = 5_000;
        const seen: { atMs: number; failed: boolean }[] = [];
        for (const [afterMs, failed] of steps) {
          nowMs += afterMs;
          if (failed) window.failure(nowMs);
          else window.success(nowMs);
          seen.push({ atMs: nowMs, failed });
          const within = (ms: number) => seen.filter(({ atMs }) => atMs > nowMs - ms);
          const { calls: counted, failures } = window.counts(nowMs);
          // Exact to a tenth of the window: at most its length, at least nine tenths of it.
          expect(counted).toBeLessThanOrEqual(within(rule.windowMs).length);
          expect(counted).toBeGreaterThanOrEqual(within(rule.windowMs * 0.9).length);
          expect(failures).toBeLessThanOrEqual(
            within(rule.windowMs).filter((call) => call.failed).length,
          );
        }
        // After a window without calls nothing is left of them.
        expect(window.counts(nowMs + rule.windowMs)).toEqual({ failures: 0, calls: 0 });
      }),
    );
  });

  test('opens it by the share of failures, and only with enough calls', () => {
    const few = new BreakerWindow(rule);
    for (let at = 0; at < 9; at += 1) expect(few.failure(at)).toBe(false);
    expect(few.failure(9)).toBe(true);
    const half = new BreakerWindow(rule);
    for (let at = 0; at < 20; at += 1) half.success(at);
    for (let at = 0; at < 20; at += 1) expect(half.failure(at)).toBe(false);
    expect(half.failure(20)).toBe(true);
  });
});

describe('a breaker', () => {
  let states: BreakerState[];
  let tripped: number;
  let breaker: Breaker;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
    states = [];
    tripped = 0;
    breaker = createBreaker({
      ...rule,
      halfOpenAfterMs: 5_000,
      isFailure: (error) => !(error instanceof TypeError),
      onState: (state) => states.push(state),
      onTripped: () => {
        tripped += 1;
      },
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const fail = () =>
    breaker
      .run(async () => {
        throw new Error('down');
      })
      .catch(() => {});
  const trip = async (): Promise<void> => {
    for (let at = 0; at < 10; at += 1) await fail();
    expect(breaker.state).toBe('open');
  };

  test('does not open for one failure after a quiet time, whatever failed before it', async () => {
    for (let at = 0; at < 9; at += 1) await fail();
    vi.advanceTimersByTime(60_000);
    await fail();
    expect(breaker.state).toBe('closed');
  });

  test('is neither held open nor opened by a wall clock that is set back', async () => {
    await trip();
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(5_000);
    expect(await breaker.run(async () => 'stock')).toBe('stock');
    expect(states).toEqual(['open', 'half-open', 'closed']);
  });

  test('lets one call try, and refuses the others at once while it does', async () => {
    await trip();
    vi.advanceTimersByTime(5_000);
    const { promise, resolve } = Promise.withResolvers<string>();
    const trial = breaker.run(() => promise);
    const other = vi.fn(async () => 'stock');
    await expect(breaker.run(other)).rejects.toThrow(BrokenCircuitError);
    expect(other).not.toHaveBeenCalled();
    resolve('stock');
    expect(await trial).toBe('stock');
    expect(await breaker.run(other)).toBe('stock');
  });

  test('begins anew after it closed: what it saw before counts no more', async () => {
    await trip();
    vi.advanceTimersByTime(5_000);
    await breaker.run(async () => 'stock');
    for (let at = 0; at < 9; at += 1) await fail();
    expect(breaker.state).toBe('closed');
  });

  test('takes an answer that is an error as a sign of life', async () => {
    await trip();
    vi.advanceTimersByTime(5_000);
    await expect(
      breaker.run(async () => {
        throw new TypeError('a bug');
      }),
    ).rejects.toThrow('a bug');
    expect(breaker.state).toBe('closed');
  });

  test('ignores calls from before it opened that end afterwards', async () => {
    const { promise, reject } = Promise.withResolvers<string>();
    const early = breaker.run(() => promise).catch(() => {});
    await trip();
    vi.advanceTimersByTime(4_000);
    reject(new Error('late'));
    await early;
    vi.advanceTimersByTime(1_000);
    expect(await breaker.run(async () => 'stock')).toBe('stock');
  });

  test('says that it tripped when it saw it itself, not at others’ news or a failed trial', async () => {
    breaker.open();
    expect(breaker.state).toBe('open');
    expect(tripped).toBe(0);
    vi.advanceTimersByTime(5_000);
    await fail();
    expect(breaker.state).toBe('open');
    expect(tripped).toBe(0);
    vi.advanceTimersByTime(5_000);
    await breaker.run(async () => 'stock');
    await trip();
    expect(tripped).toBe(1);
  });

  test('keeps its own pause whatever others say meanwhile', async () => {
    await trip();
    vi.advanceTimersByTime(4_999);
    breaker.open();
    vi.advanceTimersByTime(1);
    expect(await breaker.run(async () => 'stock')).toBe('stock');
  });
});
