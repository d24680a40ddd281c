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
  const [first] = argv;
  if (first === undefined || first.startsWith('-') || first === 'help') return undefined;
  let place: readonly string[] = [];
  for (const word of argv) {
    if (word.startsWith('-') || commandIDs.includes(idOf(place))) return undefined;
    const nexts = wordsAfter(place, commandIDs);
    if (!nexts.includes(word)) {
      const meant = nearest(word, nexts);
      const help = ['mkt', ...place, '--help'].join(' ');
      return explain([...place, word].join(' '), meant && [...place, meant].join(' '), help);
    }
    place = [...place, word];
  }
  return undefined;
}

/** The words among those typed that name a command, or as many as lead towards one. */
export function commandWords(argv: readonly string[], { commandIDs }: KnownCommands): string {
  let place: readonly string[] = [];
  for (const word of argv) {
    if (!wordsAfter(place, commandIDs).includes(word)) break;
    place = [...place, word];
  }
  return place.join(' ');
}

const idOf = (place: readonly string[]) => place.join(':');

/** What may follow: the next words of the commands that begin so. */
function wordsAfter(place: readonly string[], commandIDs: readonly string[]): string[] {
  const start = place.length === 0 ? '' : `${idOf(place)}:`;
  const inside = commandIDs.filter((id) => id.startsWith(start) && id !== idOf(place));
  return [...new Set(inside.map((id) => id.slice(start.length).split(':')[0] ?? ''))];
}

function explain(typed: string, meant: string | undefined, help: string) {
  const next = meant === undefined ? `See what there is: ${help}` : `Did you mean: mkt ${meant}`;
  return { message: `There is no command "${typed}".`, next };
}

const farthest = 2;

/** The word that is a slip of the finger away. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
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
