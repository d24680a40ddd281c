import type { PaymentState } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { expect, inject } from 'vitest';
import type { PaymentOverrides } from '../src/app.ts';
import { createPaymentService } from '../src/service.ts';

export const minuteMs = 60_000;

export const cards = {
  success: '4242424242424242',
  declined: '4000000000000002',
  insufficientFunds: '4000000000009995',
  challenge: '4000000000003220',
  timeoutAfterCharge: '4000000000000119',
  duplicateWebhook: '4000000000000259',
  lateWebhook: '4000000000000341',
  tooLateWebhook: '4000000000000069',
} as const;

/** A group of two vendor orders of 1000 and 500, with the calls that the order service makes. */
export interface Checkout {
  readonly groupId: string;
  readonly orders: readonly { orderId: string; vendorId: string; amountMinor: number }[];
  authorize(change?: Record<string, unknown>): Promise<PaymentState>;
  find(): Promise<PaymentState | null>;
  move(kind: 'capture' | 'void' | 'refund', change?: Record<string, unknown>): Promise<Outcome>;
  giveUp(): Promise<unknown>;
}

export interface Outcome {
  readonly ok: boolean;
  readonly value?: Record<string, unknown>;
  readonly error?: { readonly code: string; readonly data?: unknown };
}

export function startPayment(overrides: PaymentOverrides = {}): Promise<TestService> {
  return startTestService(createPaymentService(overrides), { postgresUrl: inject('postgresUrl') });
}

export async function tokenFor(it: TestService, number: string): Promise<string> {
  const reply = await it.request('POST', '/v1/payment-simulator/tokens', {
    body: { number, expMonth: 12, expYear: 2090, cvc: '123' },
  });
  expect(reply.status).toBe(201);
  return reply.body.token;
}

/** The value of a peer operation that is expected to be done. */
export async function done<T>(it: TestService, name: string, request: unknown): Promise<T> {
  const outcome = await it.peer(name, request);
  expect(outcome).toMatchObject({ ok: true });
  return (outcome as unknown as { value: T }).value;
}

export async function startCheckout(it: TestService, card: string): Promise<Checkout> {
  const groupId = newId();
  const paymentToken = await tokenFor(it, card);
  const orders = [1000, 500].map((amountMinor) => ({
    orderId: newId() as string,
    vendorId: newId() as string,
    amountMinor,
  }));
  const expiresAt = new Date(it.clock.now().getTime() + 15 * minuteMs).toISOString();
  const request = {
    groupId,
    operationKey: `authorize:${groupId}`,
    amountMinor: 1500,
    currency: 'EUR',
    shares: orders,
    paymentToken,
    expiresAt,
  };
  const first = orders[0]?.orderId;
  return {
    groupId,
    orders,
    authorize: (change = {}) => done(it, 'payment.authorize', { ...request, ...change }),
    async find() {
      const found = await done<{ payment: PaymentState | null }>(it, 'payment.find', { groupId });
      return found.payment;
    },
    async move(kind, change = {}) {
      const more = kind === 'refund' ? { bearer: null, reason: 'Broken' } : {};
      const operationKey = `${kind}:${newId()}`;
      const movement = { groupId, orderId: first, operationKey, amountMinor: 1000, items: [] };
      return (await it.peer(`payment.${kind}`, { ...movement, ...more, ...change })) as Outcome;
    },
    giveUp: () =>
      done(it, 'payment.void', {
        groupId,
        orderId: null,
        operationKey: `give-up:${groupId}`,
        amountMinor: 1500,
        items: [],
      }),
  };
}

/** What the provider has for a group's latest payment. */
export async function atProvider(it: TestService, groupId: string) {
  const { rows } = await it.database.admin(
    `SELECT s.* FROM payment.simulator_payments s JOIN payment.payments p ON p.id::text = s.key
     WHERE p.group_id = $1 ORDER BY p.id DESC LIMIT 1`,
    [groupId],
  );
  return rows[0];
}

export async function eventsOf(it: TestService, type: string, groupId: string) {
  const events = await it.events(type);
  return events.filter((event) => (event.payload as { groupId: string }).groupId === groupId);
}

export async function storedPayment(it: TestService, groupId: string) {
  const { rows } = await it.database.admin(
    'SELECT * FROM payment.payments WHERE group_id = $1 ORDER BY id DESC LIMIT 1',
    [groupId],
  );
  return rows[0];
}
