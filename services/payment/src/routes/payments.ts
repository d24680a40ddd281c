import { id, pageQuery, paymentStatuses } from '@mkt/contracts';
import { ok, refuse } from '@mkt/kernel';
import { type AnyRoute, decodeIdCursor, pageOf, route, versioned } from '@mkt/service-kit';
import { z } from 'zod';
import type { PaymentContext } from '../operations/context.ts';
import { sweepAll } from '../operations/sweep.ts';
import { movementReplyOf, paymentDetail, paymentPage, replyOf } from './replies.ts';

/** What an operator sees of payments. */
export function paymentRoutes(context: PaymentContext): AnyRoute[] {
  const { payments, movements } = context;
  return [
    route({
      method: 'GET',
      path: '/v1/payments',
      summary: 'List payments, newest first',
      access: 'operator',
      query: z.strictObject({
        ...pageQuery,
        status: z.enum([...paymentStatuses, 'pending']).optional(),
        groupId: id<'OrderGroup'>().optional(),
      }),
      reply: { status: 200, schema: paymentPage },
      async handle({ query }) {
        const { status, groupId, limit } = query;
        const before = decodeIdCursor(query.cursor) ?? undefined;
        const found = await payments.list({ status, groupId, before, limit: limit + 1 });
        const shares = await payments.sharesOf(found.map((payment) => payment.id));
        const listed = pageOf(found, limit, {
          item: (payment) => replyOf(payment, shares.get(payment.id) ?? []),
          key: (payment) => payment.id,
        });
        return ok({ items: [...listed.items], nextCursor: listed.nextCursor });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/payments/:paymentId',
      summary: 'Show a payment with its shares, captures, voids and refunds',
      access: 'operator',
      params: z.strictObject({ paymentId: id<'Payment'>() }),
      reply: { status: 200, schema: paymentDetail },
      refusals: { PAYMENT_NOT_FOUND: 404 },
      async handle({ params }) {
        const payment = await payments.byId(params.paymentId);
        if (!payment) return refuse('PAYMENT_NOT_FOUND', 'There is no such payment.');
        const shares = await payments.sharesOf([payment.id]);
        const moved = await movements.ofPayment(payment.id);
        return ok(
          versioned({
            ...replyOf(payment, shares.get(payment.id) ?? []),
            movements: moved.map(movementReplyOf),
          }),
        );
      },
    }),
    route({
      method: 'POST',
      path: '/v1/payments/sweep',
      summary: 'Look after every payment that is due: unknown outcomes, abandoned checkouts',
      access: 'operator',
      repeat: 'natural',
      reply: {
        status: 200,
        schema: z.strictObject({ examined: z.int(), voided: z.int(), resolved: z.int() }),
      },
      handle: async () => ok(await sweepAll(context)),
    }),
  ];
}
