const most = 3;

/** The names most like a wrong one: for `did you mean`. */
export function nearest(wanted: string, names: readonly string[]): readonly string[] {
  const scored = names.map((name) => ({ name, away: distance(wanted, name) }));
  const few = scored.filter(({ name, away }) => {
    const isPart = wanted.length >= 3 && name.includes(wanted);
    return isPart || away <= Math.max(2, Math.floor(name.length / 3));
  });
  return few
    .toSorted((a, b) => a.away - b.away)
    .slice(0, most)
    .map(({ name }) => name);
}

/** How many letters have to be changed, added or left out (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1];
    for (const [other, wanted] of [...to].entries()) {
      const changed = (row[other] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(changed, (row[other + 1] ?? 0) + 1, (next[other] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
