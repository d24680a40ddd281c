/** What is known of the commands, without loading one. */
export interface KnownCommands {
  readonly commandIDs: readonly string[];
}

/**
 * What to say about a command that does not exist; undefined for one that does, and for topics
 * alone, which show their help.
 */
export function unknownCommand(
  argv: readonly string[],
  { commandIDs }: KnownCommands,
): { readonly message: string; readonly next: string } | undefined {
  const [first, second] = argv;
  if (first === undefined || first.startsWith('-') || first === 'help') return undefined;
  if (commandIDs.includes(first)) return undefined;
  const inTopic = commandIDs.filter((id) => id.startsWith(`${first}:`));
  if (inTopic.length === 0) {
    const firsts = [...new Set(commandIDs.map((id) => id.split(':')[0] ?? id))];
    return explain(first, nearest(first, firsts), 'mkt --help');
  }
  if (second === undefined || second.startsWith('-')) return undefined;
  if (commandIDs.includes(`${first}:${second}`)) return undefined;
  const verbs = inTopic.map((id) => id.slice(first.length + 1));
  const verb = nearest(second, verbs);
  const meant = verb === undefined ? undefined : `${first} ${verb}`;
  return explain(`${first} ${second}`, meant, `mkt ${first} --help`);
}

function explain(typed: string, meant: string | undefined, help: string) {
  const next = meant === undefined ? `See what there is: ${help}` : `Did you mean: mkt ${meant}`;
  return { message: `There is no command "${typed}".`, next };
}

const farthest = 2;

/** The word that is a slip of the finger away. */
function nearest(typed: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((word) => ({ word, distance: distance(typed, word) }))
    .filter((one) => one.distance <= farthest && one.distance < one.word.length)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.word;
}

/** Insertions, deletions and replacements between two words. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
