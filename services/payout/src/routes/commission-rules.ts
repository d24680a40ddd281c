import { amountMinor, id, page, pageQuery, ppm, timestamp } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import {
  type AnyRoute,
  decodeIdCursor,
  pageOf,
  platformScope,
  route,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import type { CommissionRule } from '../domain/commission-rules.ts';
import { changeCommissionRules } from '../operations/change-commission-rules.ts';
import type { PayoutContext } from '../operations/context.ts';
import { listRuleSets, type RuleSet } from '../store/commission-rules.ts';

const validity = { validFrom: timestamp.optional(), validUntil: timestamp.optional() };
const fixed = <Kind extends string>(kind: Kind) =>
  z.strictObject({ kind: z.literal(kind), amount: amountMinor, ...validity });
export const rule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('percentage'), ratePpm: ppm, ...validity }),
  z.strictObject({
    kind: z.literal('bands'),
    bands: z
      .array(z.strictObject({ upTo: amountMinor.nullable(), ratePpm: ppm }))
      .min(1)
      .max(20),
    ...validity,
  }),
  fixed('fixedPerUnit'),
  fixed('fixedPerOrder'),
  fixed('minimumPerLine'),
  fixed('maximumPerLine'),
]);
type RuleInput = z.output<typeof rule>;

const ruleSet = z.strictObject({
  ruleSetId: z.uuid(),
  vendorId: id<'Vendor'>().nullable(),
  /** Null takes a vendor back to the default. */
  rules: z.array(rule).max(50).nullable(),
  includeShipping: z.boolean().nullable(),
  taxPpm: ppm.nullable(),
  validFrom: timestamp,
  version: z.int(),
  createdAt: timestamp,
});
const ruleSetPage = page(ruleSet);

export function ruleOf({ validFrom, validUntil, ...component }: RuleInput): CommissionRule {
  return {
    ...component,
    ...(validFrom === undefined ? {} : { validFrom: new Date(validFrom) }),
    ...(validUntil === undefined ? {} : { validUntil: new Date(validUntil) }),
  };
}

function ruleReply({ validFrom, validUntil, ...component }: CommissionRule): RuleInput {
  const copied =
    component.kind === 'bands' ? { ...component, bands: [...component.bands] } : component;
  return {
    ...copied,
    ...(validFrom ? { validFrom: validFrom.toISOString() } : {}),
    ...(validUntil ? { validUntil: validUntil.toISOString() } : {}),
  };
}

function replyOf(set: RuleSet): z.output<typeof ruleSet> {
  return {
    ruleSetId: set.id,
    vendorId: set.vendorId,
    rules: set.rules?.map(ruleReply) ?? null,
    includeShipping: set.includeShipping,
    taxPpm: set.taxPpm,
    validFrom: set.validFrom.toISOString(),
    version: set.version,
    createdAt: set.createdAt.toISOString(),
  };
}

/** The commission rules, as dated versions: what was sold keeps what it was sold under. */
export function commissionRoutes(context: PayoutContext): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/commission-rules',
      summary: 'List versions of the commission rules, newest first',
      access: 'operator',
      query: z.strictObject({
        ...pageQuery,
        vendorId: z.union([z.literal('default'), id<'Vendor'>()]).optional(),
      }),
      reply: { status: 200, schema: ruleSetPage },
      async handle({ query }) {
        const { vendorId, limit } = query;
        const sets = await listRuleSets(context.db, {
          vendorId: vendorId === undefined || vendorId === 'default' ? null : vendorId,
          defaultOnly: vendorId === 'default',
          before: decodeIdCursor(query.cursor),
          limit: limit + 1,
        });
        const listed = pageOf(sets, limit, { item: replyOf, key: (set) => set.id });
        return ok({ items: [...listed.items], nextCursor: listed.nextCursor });
      },
    }),
    route({
      method: 'PUT',
      path: '/v1/commission-rules',
      summary: 'Put a new version of the rules of the marketplace or of one vendor in force',
      access: 'operator',
      body: z.strictObject({
        /** Absent for the marketplace's default. */
        vendorId: id<'Vendor'>().nullable().default(null),
        rules: z.array(rule).max(50).nullable(),
        includeShipping: z.boolean().optional(),
        taxPpm: ppm.optional(),
        validFrom: timestamp.optional(),
      }),
      reply: { status: 200, schema: ruleSet },
      refusals: {
        COMMISSION_RULE_INVALID: 422,
        COMMISSION_RULES_REQUIRED: 422,
        COMMISSION_SETTING_NOT_PER_VENDOR: 422,
        COMMISSION_RULES_IN_THE_PAST: 422,
        VERSION_CONFLICT: 412,
      },
      async handle({ body, ifMatch, mutate }) {
        const { vendorId, rules, includeShipping, taxPpm, validFrom } = body;
        return mutate(platformScope, async (tx) => {
          const changed = await changeCommissionRules(tx, context, {
            vendorId,
            rules: rules?.map(ruleOf) ?? null,
            includeShipping,
            taxPpm,
            validFrom: validFrom === undefined ? undefined : new Date(validFrom),
            ifMatch,
          });
          return changed.ok ? ok(versioned(replyOf(changed.value))) : changed;
        });
      },
    }),
  ];
}
