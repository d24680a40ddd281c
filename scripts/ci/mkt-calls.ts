/** A command as `cli/command-snapshot.json` has it. */
export interface KnownCommand {
  readonly command: string;
  readonly flags: Readonly<Record<string, string>>;
}

/** What is wrong with the calls of `mkt` in a script: commands and flags that there are not. */
export function faultsOfCalls(script: string, known: readonly KnownCommand[]): readonly string[] {
  return callsIn(script).flatMap((words) => {
    const command = known
      .filter(({ command: name }) => `${words.join(' ')} `.startsWith(`${name} `))
      .toSorted((a, b) => b.command.length - a.command.length)[0];
    if (!command) return [`mkt ${words.join(' ')}: there is no such command`];
    const flags = words
      .filter((word) => /^--?[a-z]/.test(word))
      .map((word) => word.replace(/=.*/s, ''));
    return flags
      .filter((flag) => !hasFlag(command, flag))
      .map((flag) => `mkt ${command.command} has no ${flag}`);
  });
}

/** The words after each `./mkt`, up to where another program or a file begins. */
export function callsIn(script: string): readonly (readonly string[])[] {
  const lines = script.replaceAll('\\\n', ' ').split('\n');
  return lines.flatMap((line) =>
    line
      .split(/\|\|?|&&|;|[<>]|\$\(|\)/)
      .map((part) => part.trim().split(/\s+/))
      .flatMap((words) => {
        const at = words.findIndex((word) => word === './mkt' || word === 'mkt');
        return at === -1 ? [] : [words.slice(at + 1).map((word) => word.replace(/^"|"$/g, ''))];
      }),
  );
}

const hasFlag = ({ flags }: KnownCommand, flag: string): boolean =>
  flag.startsWith('--')
    ? flag.slice(2) in flags
    : Object.values(flags).some((text) => text.split(', ').includes(flag));
