import {
  inventoryReserve,
  type PeerOperation,
  pricingRedeem,
  type RequestOf,
} from '@mkt/contracts';
import { newId, ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import { callerReserveMs } from '@mkt/topology';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Fault, type FaultCode, RefusalError } from '../../faults.ts';
import { createPeers, type PeerHandler, type PeerTransport } from '../../peers/peers.ts';
import {
  currentContext,
  newContext,
  remainingMs,
  runInContext,
  traceIdOf,
  type WorkContext,
} from '../../telemetry/context.ts';
import { createMetrics } from '../../telemetry/metrics.ts';

export interface PeerSubject {
  readonly transport: PeerTransport;
  close(): Promise<void>;
}

type Handle = (request: unknown) => Promise<Result<unknown, Refusal>>;

const hold: RequestOf<typeof inventoryReserve> = {
  groupId: newId<'OrderGroup'>(),
  lines: [{ variantId: newId<'Variant'>(), quantity: 2 }],
  expiresAt: '2026-03-01T10:00:00.000Z',
};
const faultCodes: readonly FaultCode[] = [
  'DEPENDENCY_UNAVAILABLE',
  'DEPENDENCY_TIMEOUT',
  'DEPENDENCY_OVERLOADED',
  'CONFLICTING_WRITE',
  'DISK_FULL',
];

/**
 * What every way to a peer keeps to. `open` serves the handlers and gives the way to them, as the
 * order service takes it.
 */
export function peersContract(
  name: string,
  open: (handlers: readonly PeerHandler[]) => Promise<PeerSubject>,
): void {
  describe(`${name} as a way to a peer`, () => {
    let subject: PeerSubject;
    let handle: Handle;
    let calls: number;

    beforeEach(async () => {
      calls = 0;
      const handler = (operation: PeerOperation): PeerHandler => ({
        operation,
        handle: (request) => {
          calls += 1;
          return handle(request);
        },
      });
      subject = await open([handler(inventoryReserve)]);
    });
    afterEach(() => subject.close());

    function callOnce(operation: PeerOperation = inventoryReserve, request: unknown = hold) {
      return createPeers('order', subject.transport, createMetrics()).call(operation, request);
    }

    const single: PeerOperation = { ...inventoryReserve, idempotent: false };

    test('brings the request there and the value back, both as the contract says', async () => {
      const seen: unknown[] = [];
      handle = async (request) => {
        seen.push(request);
        return ok({});
      };
      expect(await callOnce()).toEqual(ok({}));
      expect(seen).toEqual([inventoryReserve.request.parse(hold)]);
    });

    test('brings a refusal back as a value with its data', async () => {
      handle = async () => refuse('INSUFFICIENT_STOCK', 'Only one is left.', { available: [1] });
      expect(await callOnce()).toEqual(
        refuse('INSUFFICIENT_STOCK', 'Only one is left.', { available: [1] }),
      );
    });

    test('turns a refusal that was thrown through nested work into a value', async () => {
      handle = async () => {
        throw new RefusalError({ code: 'HOLD_EXPIRED', detail: 'It has ended.' });
      };
      expect(await callOnce()).toEqual(refuse('HOLD_EXPIRED', 'It has ended.'));
      expect(calls).toBe(1);
    });

    test.each(faultCodes)('brings the fault %s back with its code', async (code) => {
      handle = async () => {
        throw new Fault(code, 'the disk is slow');
      };
      await expect(callOnce(single)).rejects.toMatchObject({
        name: 'Fault',
        code,
        message: expect.stringContaining('the disk is slow'),
      });
      expect(calls).toBe(1);
    });

    test('repeats what is idempotent after a fault that may pass', async () => {
      handle = async () => {
        if (calls === 1) throw new Fault('DEPENDENCY_UNAVAILABLE', 'it restarts');
        return ok({});
      };
      expect(await callOnce()).toEqual(ok({}));
      expect(calls).toBe(2);
    });

    test('never repeats what is not idempotent, nor a defect, nor a request that does not fit', async () => {
      handle = async () => {
        throw new Fault('DEPENDENCY_UNAVAILABLE', 'it restarts');
      };
      await expect(callOnce(single)).rejects.toThrow('it restarts');
      expect(calls).toBe(1);
      handle = async () => {
        throw new TypeError('undefined is not a function');
      };
      await expect(callOnce()).rejects.not.toMatchObject({ name: 'Fault' });
      expect(calls).toBe(2);
      await expect(callOnce(inventoryReserve, { groupId: 'x' })).rejects.not.toMatchObject({
        name: 'Fault',
      });
      expect(calls).toBe(2);
    });

    test('gives the peer less time than the caller has, so that the caller can still answer', async () => {
      let left: number | undefined;
      handle = async () => {
        left = remainingMs();
        return ok({});
      };
      await runInContext(newContext({ timeoutMs: 2_000 }), () => callOnce());
      expect(left).toBeGreaterThan(500);
      expect(left).toBeLessThanOrEqual(2_000 - callerReserveMs);
    });

    test('gives a deadline also where the caller itself has none', async () => {
      let left: number | undefined;
      handle = async () => {
        left = remainingMs();
        return ok({});
      };
      await runInContext(newContext(), () => callOnce());
      expect(left).toBeGreaterThan(0);
    });

    test('ends as a timeout when the peer does not answer in time', async () => {
      const ended = Promise.withResolvers<void>();
      handle = async () => {
        await ended.promise;
        return ok({});
      };
      const late = runInContext(newContext({ timeoutMs: callerReserveMs + 150 }), () =>
        callOnce(single),
      );
      await expect(late).rejects.toMatchObject({ name: 'Fault', code: 'DEPENDENCY_TIMEOUT' });
      ended.resolve();
    });

    test('goes on in the caller’s trace and for the same outside cause', async () => {
      let there: WorkContext | undefined;
      handle = async () => {
        there = currentContext();
        return ok({});
      };
      const here = newContext({ correlationId: 'a-checkout-1' });
      await runInContext(here, () => callOnce());
      expect(there?.correlationId).toBe('a-checkout-1');
      expect(traceIdOf(there?.traceparent ?? '')).toBe(traceIdOf(here.traceparent));
    });

    test('is closed to what the topology does not declare', async () => {
      handle = async () => ok({});
      const guard = createPeers('guard', subject.transport, createMetrics());
      await expect(guard.call(inventoryReserve, hold)).rejects.toThrow('does not declare');
      await expect(callOnce(pricingRedeem as PeerOperation, {})).rejects.toThrow();
      expect(calls).toBe(0);
    });
  });
}
