import { id, money, ppm, timestamp } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import { type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';
import type { PayoutContext } from '../operations/context.ts';
import { type PreviewRow, previewCommission } from '../operations/preview-commission.ts';
import { rule, ruleOf } from './commission-rules.ts';

const sum = z.strictObject({ commission: money, tax: money });
const preview = z.strictObject({
  from: timestamp,
  /** No longer part of the period. */
  to: timestamp,
  /** One for each vendor and currency that the rules apply to and that sold something. */
  items: z.array(
    z.strictObject({
      vendorId: id<'Vendor'>(),
      currency: z.string(),
      orders: z.int(),
      was: sum,
      wouldBe: sum,
    }),
  ),
});

const dateOf = (text: string | undefined) => (text === undefined ? undefined : new Date(text));

/** Tries rules on what was sold: nothing is changed. */
export function commissionPreviewRoutes(context: PayoutContext): AnyRoute[] {
  return [
    route({
      method: 'POST',
      path: '/v1/commission-rules/preview',
      summary: 'What a period, last month unless named, would have cost under other rules',
      access: 'operator',
      repeat: 'natural',
      body: z.strictObject({
        /** Absent for the marketplace's default. */
        vendorId: id<'Vendor'>().nullable().default(null),
        rules: z.array(rule).max(50).nullable(),
        includeShipping: z.boolean().optional(),
        taxPpm: ppm.optional(),
        from: timestamp.optional(),
        to: timestamp.optional(),
      }),
      reply: { status: 200, schema: preview },
      refusals: {
        COMMISSION_RULE_INVALID: 422,
        COMMISSION_RULES_REQUIRED: 422,
        COMMISSION_SETTING_NOT_PER_VENDOR: 422,
        PREVIEW_PERIOD_INVALID: 422,
      },
      async handle({ body }) {
        const { vendorId, rules, includeShipping, taxPpm, from, to } = body;
        const found = await previewCommission(context, {
          vendorId,
          rules: rules?.map(ruleOf) ?? null,
          includeShipping,
          taxPpm,
          from: dateOf(from),
          to: dateOf(to),
        });
        if (!found.ok) return found;
        const { value } = found;
        return ok({
          from: value.from.toISOString(),
          to: value.to.toISOString(),
          items: value.rows.map(rowOf),
        });
      },
    }),
  ];
}

function rowOf({ vendorId, currency, orders, was, wouldBe }: PreviewRow) {
  const sumOf = ({ commission, commissionTax }: PreviewRow['was']) => ({
    commission: { amountMinor: commission, currency },
    tax: { amountMinor: commissionTax, currency },
  });
  return { vendorId, currency, orders, was: sumOf(was), wouldBe: sumOf(wouldBe) };
}
