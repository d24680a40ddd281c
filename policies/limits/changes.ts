import { catalogue, limitsAt } from './catalogue.ts';
import type { Limit } from './model.ts';

/** What became of an allowance between two days. */
export interface LimitChange {
  readonly id: string;
  readonly kind: 'cut' | 'raised' | 'added' | 'ended' | 'changed';
  readonly before: Limit | null;
  readonly after: Limit | null;
  /** The day from which the newer entry holds, or on which the older ended. */
  readonly since: string;
}

/** Allowances that are not the same on two days, in the order of the catalogue. */
export function limitsChanged(
  from: string,
  to: string,
  limits: readonly Limit[] = catalogue,
): readonly LimitChange[] {
  const before = new Map(limitsAt(from, limits).map((limit) => [limit.id, limit]));
  const after = new Map(limitsAt(to, limits).map((limit) => [limit.id, limit]));
  const ids = [...new Set(limits.map(({ id }) => id))];
  return ids.flatMap((id) => {
    const [old, young] = [before.get(id) ?? null, after.get(id) ?? null];
    if (old === young) return [];
    return [{ id, kind: kindOf(old, young), before: old, after: young, since: since(old, young) }];
  });
}

const since = (before: Limit | null, after: Limit | null): string =>
  after?.effectiveFrom ?? before?.effectiveTo ?? '';

function kindOf(before: Limit | null, after: Limit | null): LimitChange['kind'] {
  if (!before) return 'added';
  if (!after) return 'ended';
  const [old, young] = [comparable(before), comparable(after)];
  if (old === undefined || young === undefined || old === young) return 'changed';
  return young < old ? 'cut' : 'raised';
}

/** Of an unknown value it cannot be said whether the other is more. */
const comparable = ({ value }: Limit): number | undefined =>
  value === 'unknown' ? undefined : value === 'unlimited' ? Number.POSITIVE_INFINITY : value;
