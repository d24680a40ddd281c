import { amountMinor, currency, id, money, page, pageQuery, text, timestamp } from '@mkt/contracts';
import { ok, refuse } from '@mkt/kernel';
import { type AnyRoute, decodeIdCursor, pageOf, route } from '@mkt/service-kit';
import { z } from 'zod';
import type { PayoutContext } from '../operations/context.ts';
import { requestPayout } from '../operations/request-payout.ts';
import { listPayouts, type Payout } from '../store/payouts.ts';
import { financeStaff, whoseMoney } from './whose.ts';

const payout = z.strictObject({
  payoutId: id<'Payout'>(),
  vendorId: id<'Vendor'>(),
  amount: money,
  reference: z.string(),
  status: z.enum(['requested', 'started', 'paid', 'returned', 'refused']),
  refusal: z.string().nullable(),
  requestedAt: timestamp,
  startedAt: timestamp.nullable(),
  paidAt: timestamp.nullable(),
  returnedAt: timestamp.nullable(),
  version: z.int(),
});
const payoutPage = page(payout);

function replyOf(one: Payout): z.output<typeof payout> {
  return {
    payoutId: one.id,
    vendorId: one.vendorId,
    amount: { amountMinor: one.amountMinor, currency: one.currency },
    reference: one.reference,
    status: one.status,
    refusal: one.refusal,
    requestedAt: one.requestedAt.toISOString(),
    startedAt: one.startedAt?.toISOString() ?? null,
    paidAt: one.paidAt?.toISOString() ?? null,
    returnedAt: one.returnedAt?.toISOString() ?? null,
    version: one.version,
  };
}

const notFound = refuse('VENDOR_NOT_FOUND', 'There is no such vendor.');
const payingStaff = { staff: ['owner', 'finance'], scope: 'settings:write' } as const;

export function payoutRoutes(context: PayoutContext): AnyRoute[] {
  return [
    route({
      method: 'POST',
      path: '/v1/payouts',
      summary: 'Pay a vendor’s available balance out, or part of it',
      access: ['operator', payingStaff],
      body: z.strictObject({
        /** For operators; a vendor's staff pay their own out. */
        vendorId: id<'Vendor'>().optional(),
        currency,
        amountMinor: amountMinor.min(1).optional(),
        reference: text(35).default('Marketplace payout'),
      }),
      reply: { status: 201, schema: payout },
      refusals: {
        VENDOR_NOT_FOUND: 404,
        VENDOR_REQUIRED: 422,
        PAYOUT_BLOCKED: 409,
        PAYOUT_NOTHING_AVAILABLE: 409,
        PAYOUT_EXCEEDS_AVAILABLE: 409,
        PAYOUT_UNDER_WAY: 409,
      },
      async handle({ actor, body, mutate }) {
        if (actor.kind === 'key') {
          return refuse('FORBIDDEN', 'An API key reads; money is moved by people.');
        }
        const whose = whoseMoney(actor, body.vendorId);
        if (!whose) return notFound;
        const { vendorId, scope } = whose;
        if (vendorId === null) return refuse('VENDOR_REQUIRED', 'Name the vendor to be paid.');
        return mutate(scope, async (tx) => {
          const made = await requestPayout(tx, context, {
            vendorId,
            currency: body.currency,
            amountMinor: body.amountMinor,
            reference: body.reference,
          });
          return made.ok ? ok(replyOf(made.value)) : made;
        });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/payouts',
      summary: 'List payouts, newest first',
      access: ['operator', financeStaff],
      query: z.strictObject({ ...pageQuery, vendorId: id<'Vendor'>().optional() }),
      reply: { status: 200, schema: payoutPage },
      refusals: { VENDOR_NOT_FOUND: 404 },
      async handle({ actor, query }) {
        const whose = whoseMoney(actor, query.vendorId);
        if (!whose) return notFound;
        const { vendorId, scope } = whose;
        const before = decodeIdCursor(query.cursor);
        const limit = query.limit + 1;
        const rows = await context.db.transaction(scope, (tx) =>
          listPayouts(tx, { vendorId, before, limit }),
        );
        const listed = pageOf(rows, query.limit, { item: replyOf, key: (one) => one.id });
        return ok({ items: [...listed.items], nextCursor: listed.nextCursor });
      },
    }),
  ];
}
