import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, mulPpm, ok, refuse, uuidv7 } from '@mkt/kernel';
import { Fault } from '@mkt/service-kit';
import { z } from 'zod';
import type { PaymentConfig } from '../config.ts';
import type { PaymentProvider, ProviderMovement, ProviderPayment } from '../provider/port.ts';
import { testCards } from './cards.ts';
import { checkNotice, signatureHeader } from './signature.ts';
import type { MovementKind, SimulatedPayment, SimulatorStore } from './store.ts';

export interface SimulatorOptions {
  readonly store: SimulatorStore;
  readonly clock: Clock;
  readonly config: PaymentConfig['simulator'];
  /** A notice was planned for that time. */
  armNotices(dueAt: Date): void;
}

export const challengePath = '/v1/payment-simulator/challenges/';

const notice = z.object({
  id: z.string().min(1).max(200),
  type: z.string().min(1).max(100),
  payment: z.object({
    key: z.uuid(),
    status: z.enum(['authorized', 'declined', 'voided']),
    declineCode: z.string().max(64).nullable(),
  }),
});

export function viewOf(payment: SimulatedPayment): ProviderPayment {
  return {
    status: payment.status,
    declineCode: payment.declineCode,
    actionUrl: payment.challengeId === null ? null : `${challengePath}${payment.challengeId}`,
  };
}

/** A deterministic provider: what happens is decided by the card alone. */
export function createSimulator(options: SimulatorOptions): PaymentProvider {
  const { store, clock, config } = options;
  let secret: string | undefined;

  /** Every call takes the time that a call to the outside takes. */
  async function call<T>(work: () => Promise<T>): Promise<T> {
    if (config.latencyMs > 0) await delay(config.latencyMs);
    return work();
  }

  async function move(kind: MovementKind, movement: ProviderMovement, feeMinor: number) {
    const now = clock.now();
    if (await store.addOperation(kind, movement, feeMinor, now)) return ok({ feeMinor });
    const known = await store.operation(movement.key);
    if (known?.kind === kind && known.amountMinor === movement.amountMinor) {
      return ok({ feeMinor: known.feeMinor });
    }
    return refuse('PROVIDER_REFUSED', `The provider refused the ${kind}: there is no room for it.`);
  }

  return {
    name: 'simulator',
    createPayment: (payment) =>
      call(async () => {
        const now = clock.now();
        const ids = { challengeId: uuidv7(), eventId: `evt_${uuidv7()}` };
        const found = await store.addPayment(payment, ids, now);
        if (!found) return { status: 'declined', declineCode: 'token_unknown', actionUrl: null };
        const card = testCards.find((one) => one.behaviour === found.payment.behaviour);
        for (const afterMs of found.made ? (card?.noticesAfterMs ?? []) : []) {
          options.armNotices(new Date(now.getTime() + afterMs));
        }
        if (card?.silent && found.made) {
          throw new Fault('DEPENDENCY_TIMEOUT', 'The payment provider did not answer in time');
        }
        return viewOf(found.payment);
      }),
    getPayment: (key) =>
      call(async () => {
        const payment = await store.payment(key);
        return payment && viewOf(payment);
      }),
    capture: (movement) =>
      call(() => {
        const share = mulPpm(movement.amountMinor, config.feePpm) + config.feeFixedMinor;
        return move('capture', movement, Math.min(share, movement.amountMinor));
      }),
    void: (movement) =>
      call(async () => {
        const moved = await move('void', movement, 0);
        return moved.ok ? ok() : moved;
      }),
    refund: (movement) =>
      call(async () => {
        const moved = await move('refund', movement, 0);
        return moved.ok ? ok() : moved;
      }),
    release: (paymentKey) =>
      call(async () => {
        if (await store.release(paymentKey)) return ok('released');
        const payment = await store.payment(paymentKey);
        if (!payment) return ok('absent');
        if (payment.status !== 'processing') return ok('released');
        return refuse('PROVIDER_UNDECIDED', 'The bank has not decided: nothing can be let go yet.');
      }),
    async verifyWebhook(body, headers, now) {
      secret ??= await store.secret();
      const toleranceMs = config.webhookToleranceMs;
      const header = headers[signatureHeader];
      const checked = checkNotice({ secret, body, header, now, toleranceMs });
      if (!checked.ok) return checked;
      const parsed = notice.safeParse(parseJson(body));
      if (!parsed.success) return refuse('WEBHOOK_MALFORMED', 'The notice cannot be read.');
      const { id, type, payment } = parsed.data;
      const { status, declineCode } = payment;
      return ok({
        id,
        type,
        paymentKey: payment.key,
        payment: { status, declineCode, actionUrl: null },
      });
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
