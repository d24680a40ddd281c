import type { Limit, Term } from '../../limits/index.ts';
import type { BudgetFacts } from '../facts.ts';
import type { Judgement } from '../judgement.ts';
import { amount } from '../report/numbers.ts';

/** What a plan takes for granted about an allowance, against what the catalogue knows. */
export function judgeAssumptions(
  { assumptions }: BudgetFacts,
  limitOf: (id: string) => Limit,
): Judgement[] {
  return assumptions.map((assumed): Judgement => {
    const limit = limitOf(assumed.limitId);
    const isRight =
      limit.value === assumed.value &&
      (assumed.period === undefined || assumed.period === limit.period);
    const found = `${amount(limit.value, limit.unit)}, ${limit.period}`;
    return {
      rule: 'terms/assumption',
      severity: isRight ? 'ok' : 'error',
      subject: limit.resource,
      limitId: limit.id,
      ...(typeof assumed.value === 'number' ? { value: assumed.value } : {}),
      limit: limit.value,
      unit: limit.unit,
      arithmetic: assumed.because,
      ...(isRight
        ? {}
        : {
            why: `it is ${found} (${limit.source.title}, ${limit.verifiedAt})`,
            remedy: limit.note ?? 'plan with the figure of the catalogue',
          }),
      ...(assumed.source ? { place: assumed.source } : {}),
    };
  });
}

/** Uses that a provider's terms bar, with the clause. */
export function judgePlannedUses(
  { plannedUses }: BudgetFacts,
  terms: readonly Term[],
): Judgement[] {
  return plannedUses.map((planned): Judgement => {
    const clause = terms.find(
      ({ appliesTo, bars }) =>
        bars === planned.use &&
        (planned.plan === appliesTo || planned.plan.startsWith(`${appliesTo}.`)),
    );
    return {
      rule: 'terms/barred',
      severity: clause ? 'error' : 'ok',
      subject: `${planned.use} on ${planned.plan}`,
      ...(clause ? { limitId: clause.id } : {}),
      arithmetic: planned.because,
      ...(clause
        ? { why: clause.clause, remedy: clause.note ?? 'use another provider for it' }
        : {}),
      ...(planned.source ? { place: planned.source } : {}),
    };
  });
}
