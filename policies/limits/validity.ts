import type { Fault } from './faults.ts';

interface Entry {
  readonly id: string;
  readonly effectiveFrom: string;
  readonly effectiveTo?: string | undefined;
  readonly declaredAt: { readonly file: string; readonly line: number };
}

/** On every day of an id's time exactly one of its entries holds. */
export function validityFaults(entries: readonly Entry[]): readonly Fault[] {
  const backwards = entries
    .filter(({ effectiveFrom, effectiveTo }) => (effectiveTo ?? '9999') <= effectiveFrom)
    .map((entry) =>
      fault(
        entry,
        `it ends on ${entry.effectiveTo}, not after ${entry.effectiveFrom}`,
        'Give `effectiveTo` a day after `effectiveFrom`.',
      ),
    );
  const byId = Map.groupBy(entries, ({ id }) => id);
  const between = [...byId.values()].flatMap((all) => {
    const ordered = all.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
    return ordered.flatMap((entry, at) => {
      const before = ordered[at - 1];
      return before ? neighbourFaults(before, entry) : [];
    });
  });
  return [...backwards, ...between];
}

function neighbourFaults(before: Entry, entry: Entry): readonly Fault[] {
  const end = before.effectiveTo;
  const other = `the entry of line ${before.declaredAt.line}`;
  if (end === undefined || end > entry.effectiveFrom) {
    const reason = `it holds from ${entry.effectiveFrom}, when ${other} still does`;
    return [fault(entry, reason, `End ${other} with \`effectiveTo: ${entry.effectiveFrom}\`.`)];
  }
  if (end === entry.effectiveFrom) return [];
  const reason = `nothing holds from ${end}, when ${other} ends, to ${entry.effectiveFrom}`;
  const remedy =
    'Let one begin where the other ends, or add the entry between; unknown is a value.';
  return [fault(entry, reason, remedy)];
}

const fault = ({ id, declaredAt }: Entry, reason: string, remedy: string): Fault => ({
  ...declaredAt,
  reason: `${id}: ${reason}`,
  remedy,
});
