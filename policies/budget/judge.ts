import type { Limit, Term } from '../limits/index.ts';
import type { BudgetFacts } from './facts.ts';
import { isRefusal, type Judgement } from './judgement.ts';
import { judgePlan } from './placement/plan.ts';
import { judgeAssumptions, judgePlannedUses } from './rules/beliefs.ts';
import { coverageOf, type NotJudged } from './rules/coverage.ts';
import { judgeCapacities, judgeDisks, judgeReplacement } from './rules/machines.ts';
import { judgeNamespaces } from './rules/namespaces.ts';
import { judgePlacement } from './rules/placement.ts';
import { judgeArchitectures, judgePresence } from './rules/presence.ts';
import { judgeAvailability, judgeProfile, judgeQueues, judgeTruths } from './rules/promises.ts';
import { judgeQuotas } from './rules/quotas.ts';
import { judgeDisruptions, judgeScaling } from './rules/upkeep.ts';

/** What holds on the day of the facts. */
export interface Catalogue {
  /** Throws where there is no such limit. */
  readonly limitOf: (id: string) => Limit;
  readonly terms: readonly Term[];
  /** Every entry: what nothing is compared with is told as well. */
  readonly limits: readonly Limit[];
}

export interface Judged {
  readonly judgements: readonly Judgement[];
  readonly notJudged: readonly NotJudged[];
  /** What going on costs a month, where it can be bought. */
  readonly costUsd: number;
  readonly isRefused: boolean;
}

/** Every rule on every fact. The same facts always give the same answer. */
export function judge(
  facts: BudgetFacts,
  { limitOf, terms, limits }: Catalogue,
  options: { readonly acknowledged?: boolean } = {},
): Judged {
  const { cluster, nodes } = facts;
  const plan = judgePlan({ workloads: cluster.workloads, nodes }, cluster);
  const all = [
    ...judgeProfile(facts, options.acknowledged === true),
    ...judgeQuotas(facts.uses, limitOf),
    ...judgePlacement(plan, cluster),
    ...judgeScaling(plan, cluster),
    ...judgeNamespaces(cluster, nodes),
    ...judgeDisruptions(cluster),
    ...judgePresence(facts),
    ...judgeArchitectures(facts),
    ...judgeDisks(facts, plan),
    ...judgeReplacement(facts, limitOf),
    ...judgeCapacities(facts, limitOf),
    ...judgeAssumptions(facts, limitOf),
    ...judgePlannedUses(facts, terms),
    ...judgeTruths(facts),
    ...judgeQueues(facts),
    ...judgeAvailability(facts),
  ];
  const coverage = coverageOf(facts, limits, all);
  const judgements = [...(options.acknowledged ? all.map(accepted) : all), ...coverage.judgements];
  return {
    judgements,
    notJudged: coverage.notJudged,
    costUsd: all.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0),
    isRefused: judgements.some(isRefusal),
  };
}

/** Who accepts the cost accepts what can be bought, and nothing else. */
function accepted(judgement: Judgement): Judgement {
  const { severity, costUsd } = judgement;
  const isBought = judgement.rule === 'quota' || judgement.rule === 'machines/capacity';
  return severity === 'error' && costUsd !== undefined && isBought
    ? { ...judgement, severity: 'warning' }
    : judgement;
}
