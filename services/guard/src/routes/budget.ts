import { id, meterName } from '@mkt/contracts';
import type { Clock } from '@mkt/kernel';
import { ok, refuse } from '@mkt/kernel';
import { type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';
import { type BudgetPolicy, degradeLevels } from '../domain/budget.ts';
import type { UsageStore } from '../store/usage.ts';

const day = z.iso.date();
const maxRows = 1_000;

const usageReply = z.strictObject({
  from: day,
  to: day,
  meters: z.array(
    z.strictObject({
      meter: meterName,
      used: z.number(),
      limit: z.number().nullable(),
      exhaustedAt: z.iso.datetime().nullable(),
      level: z.enum(degradeLevels),
    }),
  ),
  rows: z.array(
    z.strictObject({
      service: z.string(),
      meter: meterName,
      vendorId: id<'Vendor'>().nullable(),
      amount: z.number(),
    }),
  ),
});

export interface BudgetRouteOptions {
  readonly store: UsageStore;
  readonly policy: BudgetPolicy;
  readonly clock: Clock;
  /** Sends what was counted and not yet reported, so that an answer is current. */
  readonly flush: () => Promise<void>;
}

export function budgetRoutes({ store, policy, clock, flush }: BudgetRouteOptions): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/budget/usage',
      summary: 'Metered use by meter, service and vendor; the current month unless days are named',
      access: 'operator',
      query: z.strictObject({ from: day.optional(), to: day.optional() }),
      reply: { status: 200, schema: usageReply },
      refusals: { PERIOD_INVALID: 400 },
      async handle({ query }) {
        const today = dayOf(clock.now());
        const from = query.from ?? `${today.slice(0, 7)}-01`;
        const to = query.to ?? today;
        if (from > to) return refuse('PERIOD_INVALID', `${from} is after ${to}.`);
        await flush();
        const [totals, rows] = await Promise.all([
          store.totals(from, to),
          store.rows(from, to, maxRows),
        ]);
        const meters = policy.assess(totals, clock.now()).map((assessment) => ({
          ...assessment,
          exhaustedAt: assessment.exhaustedAt?.toISOString() ?? null,
        }));
        return ok({ from, to, meters, rows });
      },
    }),
  ];
}

export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
