/** Something that must be there before something else: `from` needs `to`. */
export interface Need {
  readonly from: string;
  readonly to: string;
}

export type Ranking =
  | { readonly ok: true; readonly rankOf: ReadonlyMap<string, number> }
  /** The names in a circle, the first one again at the end. */
  | { readonly ok: false; readonly cycle: readonly string[] };

/**
 * The length of the longest chain of needs below each name: 0 needs nothing, and whatever is needed
 * has a smaller rank than what needs it.
 */
export function rank(names: readonly string[], needs: readonly Need[]): Ranking {
  const below = new Map<string, readonly string[]>(
    names.map((name) => [
      name,
      [...new Set(needs.filter(({ from }) => from === name).map(({ to }) => to))].sort(),
    ]),
  );
  const rankOf = new Map<string, number>();
  const path: string[] = [];
  let cycle: readonly string[] | undefined;

  function visit(name: string): number {
    const known = rankOf.get(name);
    if (known !== undefined || cycle) return known ?? 0;
    const start = path.indexOf(name);
    if (start !== -1) {
      cycle = [...path.slice(start), name];
      return 0;
    }
    path.push(name);
    const ranks = (below.get(name) ?? []).filter((to) => to !== name).map(visit);
    path.pop();
    const own = Math.max(-1, ...ranks) + 1;
    rankOf.set(name, own);
    return own;
  }

  for (const name of [...names].sort()) visit(name);
  return cycle ? { ok: false, cycle } : { ok: true, rankOf };
}
