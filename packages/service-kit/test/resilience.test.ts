import { inventoryAvailability, inventoryReserve } from '@mkt/contracts';
import { newId, ok, refuse } from '@mkt/kernel';
import { callerReserveMs, resilienceByClass, serviceSpec } from '@mkt/topology';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createMetrics,
  createPeers,
  Fault,
  type FaultCode,
  type Metrics,
  newContext,
  type PeerTransport,
  runInContext,
} from '../src/index.ts';
import { type CallPolicy, createCallPolicy } from '../src/peers/resilience.ts';

const service = 'inventory';
const spec = resilienceByClass[serviceSpec(service).class];
const budgetMs = spec.operationTimeoutMs;

let metrics: Metrics;
let policy: CallPolicy;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  metrics = createMetrics();
  policy = createCallPolicy(service, metrics);
});
afterEach(() => {
  vi.useRealTimers();
});

type Instrument = 'breakerState' | 'bulkheadRejections' | 'retryAttempts';

async function metric(name: Instrument, success?: 'true' | 'false'): Promise<number> {
  const { values } = await metrics[name].get();
  const found = values.find(({ labels }) => {
    const { success: which } = labels as { success?: string };
    return labels.service === service && which === success;
  });
  return found?.value ?? 0;
}

/** The outcome of a call, with all the time it wants. */
async function settle<T>(call: Promise<T>): Promise<PromiseSettledResult<T>> {
  const settled = Promise.allSettled([call]);
  await vi.advanceTimersByTimeAsync(2 * budgetMs);
  return (await settled)[0];
}

const failing = (code: FaultCode = 'DEPENDENCY_UNAVAILABLE') =>
  vi.fn(async (): Promise<string> => {
    throw new Fault(code, 'it failed');
  });

function never(): Promise<never> {
  return new Promise(() => {});
}

describe('repeats', () => {
  test('an idempotent call after a transient fault, until it succeeds', async () => {
    const call = vi.fn<() => Promise<string>>();
    call.mockRejectedValueOnce(new Fault('DEPENDENCY_TIMEOUT', 'slow'));
    call.mockResolvedValueOnce('stock');
    const outcome = await settle(policy.run(true, budgetMs, call));
    expect(outcome).toEqual({ status: 'fulfilled', value: 'stock' });
    expect(call).toHaveBeenCalledTimes(2);
    expect(await metric('retryAttempts', 'false')).toBe(1);
    expect(await metric('retryAttempts', 'true')).toBe(1);
  });

  test('no more often than the service’s class allows, then passes the fault on', async () => {
    const call = failing();
    const outcome = await settle(policy.run(true, budgetMs, call));
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { code: 'DEPENDENCY_UNAVAILABLE' },
    });
    expect(call).toHaveBeenCalledTimes(1 + spec.maxRetries);
    expect(await metric('retryAttempts', 'true')).toBe(0);
  });

  test('never a call that is not idempotent', async () => {
    const call = failing();
    const outcome = await settle(policy.run(false, budgetMs, call));
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { code: 'DEPENDENCY_UNAVAILABLE' },
    });
    expect(call).toHaveBeenCalledTimes(1);
    expect(await metric('retryAttempts', 'false')).toBe(0);
  });

  test.each([
    ['a bug', new TypeError('x is not a function')],
    ['a full disk', new Fault('DISK_FULL', 'no space')],
  ])('never after %s', async (_, error) => {
    const call = vi.fn().mockRejectedValue(error);
    expect(await settle(policy.run(true, budgetMs, call))).toMatchObject({ reason: error });
    expect(call).toHaveBeenCalledTimes(1);
  });

  test('never after a refusal, which is an answer', async () => {
    const refusal = refuse('INSUFFICIENT_STOCK', 'Not enough.');
    const call = vi.fn(async () => refusal);
    const outcome = await settle(policy.run(true, budgetMs, call));
    expect(outcome).toEqual({ status: 'fulfilled', value: refusal });
    expect(call).toHaveBeenCalledTimes(1);
  });
});

describe('the breaker', () => {
  const fail = (): Promise<unknown> => settleNow(policy.run(false, budgetMs, failing()));

  async function settleNow<T>(call: Promise<T>): Promise<PromiseSettledResult<T>> {
    return (await Promise.allSettled([call]))[0];
  }
  async function open(): Promise<void> {
    const enough = 2 * spec.breakerMinimumRps * (spec.breakerWindowMs / 1_000);
    for (let failures = 0; failures < enough; failures += 1) await fail();
    expect(await metric('breakerState')).toBe(1);
  }

  test('opens after too many failures: calls fail at once without reaching the peer', async () => {
    expect(await metric('breakerState')).toBe(0);
    await open();
    const call = vi.fn(async () => 'stock');
    expect(await settleNow(policy.run(true, budgetMs, call))).toMatchObject({
      status: 'rejected',
      reason: { name: 'Fault', code: 'DEPENDENCY_UNAVAILABLE' },
    });
    expect(call).not.toHaveBeenCalled();
  });

  test('lets one call try after its pause, and closes when that succeeds', async () => {
    await open();
    await vi.advanceTimersByTimeAsync(spec.breakerHalfOpenAfterMs);
    const { promise, resolve } = Promise.withResolvers<string>();
    const trial = policy.run(false, budgetMs, () => promise);
    expect(await metric('breakerState')).toBe(2);
    resolve('stock');
    expect(await trial).toBe('stock');
    expect(await metric('breakerState')).toBe(0);
  });

  test('stays open for another pause when the trial fails', async () => {
    await open();
    await vi.advanceTimersByTimeAsync(spec.breakerHalfOpenAfterMs);
    await fail();
    expect(await metric('breakerState')).toBe(1);
    const call = vi.fn(async () => 'stock');
    await settleNow(policy.run(false, budgetMs, call));
    expect(call).not.toHaveBeenCalled();
  });

  test('does not open for bugs, refusals or a few failures among successes', async () => {
    for (let at = 0; at < 40; at += 1) {
      await settleNow(policy.run(false, budgetMs, vi.fn().mockRejectedValue(new TypeError('bug'))));
      await policy.run(false, budgetMs, async () => refuse('GONE', 'It is gone.'));
      if (at % 4 === 0) await fail();
    }
    expect(await metric('breakerState')).toBe(0);
  });
});

describe('the bulkhead', () => {
  test('refuses and counts what goes beyond its places and its queue', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const call = vi.fn(() => promise);
    const room = spec.bulkheadConcurrent + spec.bulkheadQueued;
    const held = Array.from({ length: room }, () => policy.run(false, budgetMs, call));
    await vi.waitFor(() => expect(call).toHaveBeenCalledTimes(spec.bulkheadConcurrent));
    const extra = [policy.run(false, budgetMs, call), policy.run(true, budgetMs, call)];
    for (const outcome of await Promise.allSettled(extra)) {
      expect(outcome).toMatchObject({ reason: { name: 'Fault', code: 'DEPENDENCY_OVERLOADED' } });
    }
    expect(await metric('bulkheadRejections')).toBe(2);
    resolve('stock');
    expect(new Set(await Promise.all(held))).toEqual(new Set(['stock']));
    expect(call).toHaveBeenCalledTimes(room);
    expect(await policy.run(false, budgetMs, async () => 'again')).toBe('again');
  });
});

describe('the budget of a call', () => {
  const request = { variantIds: [newId<'Variant'>()] };

  /** Calls as a checkout would, within a request that still has so much time. */
  function callWithin(remainingMs: number, transport: PeerTransport) {
    const peers = createPeers('order', transport, metrics);
    const hold = { groupId: newId<'OrderGroup'>(), lines: [], expiresAt: '2026-03-01T10:00:00Z' };
    return runInContext(newContext({ timeoutMs: remainingMs }), () =>
      peers.call(inventoryReserve, hold),
    );
  }

  test('ends with the caller’s remaining time, less what the caller needs to answer', async () => {
    const signals: AbortSignal[] = [];
    const seen = vi.fn();
    callWithin(1_000, (_service, _operation, _request, { signal }) => {
      signals.push(signal);
      return never();
    }).catch(seen);
    await vi.advanceTimersByTimeAsync(1_000 - callerReserveMs - 1);
    expect(seen).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toHaveBeenCalledWith(
      expect.objectContaining({ name: 'Fault', code: 'DEPENDENCY_TIMEOUT' }),
    );
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
    await vi.advanceTimersByTimeAsync(2 * budgetMs);
    expect(signals).toHaveLength(1);
  });

  test('covers the repeats: none begins after its end', async () => {
    // The first try fails just before the end, so that the end falls into the pause after it.
    const justBeforeTheEndMs = 199;
    const transport = vi.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, justBeforeTheEndMs));
      throw new Fault('DEPENDENCY_UNAVAILABLE', 'it failed');
    });
    const outcome = await settle(callWithin(callerReserveMs + 200, transport));
    expect(outcome).toMatchObject({ reason: { code: 'DEPENDENCY_TIMEOUT' } });
    expect(transport).toHaveBeenCalledTimes(1);
  });

  test('is used up before the call where the caller has no time left', async () => {
    const transport = vi.fn(async () => ok({}));
    const outcome = await settle(callWithin(callerReserveMs, transport));
    expect(outcome).toMatchObject({ reason: { code: 'DEPENDENCY_TIMEOUT' } });
    expect(transport).not.toHaveBeenCalled();
  });

  test('is the whole operation’s where nobody waits; each try has its own share', async () => {
    const startedAt = performance.now();
    const triedAt: number[] = [];
    const seen = vi.fn();
    policy
      .run(true, budgetMs, () => {
        triedAt.push(performance.now() - startedAt);
        return never();
      })
      .catch(seen);
    await vi.advanceTimersByTimeAsync(budgetMs - 1);
    expect(seen).not.toHaveBeenCalled();
    expect(triedAt).toHaveLength(1 + spec.maxRetries);
    expect(triedAt[1]).toBeGreaterThanOrEqual(spec.readTimeoutMs);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toHaveBeenCalledWith(expect.objectContaining({ code: 'DEPENDENCY_TIMEOUT' }));
  });

  test('is not even asked for where the topology declares no such call', async () => {
    const transport = vi.fn(async () => ok({}));
    const calling = createPeers('review', transport, metrics).call(inventoryAvailability, request);
    await expect(calling).rejects.toThrow('does not declare');
    expect(transport).not.toHaveBeenCalled();
  });
});
