import type { Limit } from '../../limits/index.ts';
import type { BudgetFacts } from '../facts.ts';
import type { Judgement } from '../judgement.ts';
import { reasons } from '../not-judged.ts';

/** An entry of the catalogue that nothing is compared with, and why. */
export interface NotJudged {
  readonly limitId: string;
  readonly resource: string;
  readonly limit: Limit['value'];
  readonly unit: string;
  readonly reason: string;
}

export interface Coverage {
  readonly notJudged: readonly NotJudged[];
  /** A finding for each entry without a reason. */
  readonly judgements: readonly Judgement[];
}

/** What no fact addresses: unknown is never free, so that each is told, with the reason. */
export function coverageOf(
  { plannedUses }: Pick<BudgetFacts, 'plannedUses'>,
  limits: readonly Limit[],
  judged: readonly Judgement[],
): Coverage {
  const addressed = new Set(judged.map(({ limitId }) => limitId));
  const used = [...addressed].flatMap((id) => (id === undefined ? [] : [productOf(id)]));
  const plans = [...plannedUses.map(({ plan }) => plan), ...used];
  const rest = limits.filter(({ id }) => !addressed.has(id));
  const told = rest.map((limit) => ({ limit, reason: reasonOf(limit.id, plans) }));
  return {
    notJudged: told.flatMap(({ limit, reason }) =>
      reason === undefined ? [] : [{ ...entryOf(limit), reason }],
    ),
    judgements: told.flatMap(({ limit, reason }) =>
      reason === undefined ? [uncounted(limit)] : [],
    ),
  };
}

/** The first two parts of an id: what of the provider it is about. */
const productOf = (id: string): string => id.split('.').slice(0, 2).join('.');

const isOf = (id: string, plan: string): boolean => id === plan || id.startsWith(`${plan}.`);

function reasonOf(id: string, plans: readonly string[]): string | undefined {
  if (!plans.some((plan) => isOf(id, plan))) return 'no part of the shop runs there';
  const named = Object.keys(reasons).find((name) => id.startsWith(name));
  return named === undefined ? undefined : reasons[named];
}

const entryOf = ({ id, resource, value, unit }: Limit) => ({
  limitId: id,
  resource,
  limit: value,
  unit,
});

const uncounted = ({ id, resource, value, unit, declaredAt }: Limit): Judgement => ({
  rule: 'quota/not-judged',
  severity: 'warning',
  subject: resource,
  limitId: id,
  limit: value,
  unit,
  arithmetic: 'no fact addresses it',
  why: 'nobody counts what is used of it, and what is not known is never free',
  remedy: 'declare the use, or say in policies/budget/not-judged.ts why there can be none',
  place: declaredAt,
});
