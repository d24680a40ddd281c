export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What completion needs to know of a command. */
export interface CompletableCommand {
  /** Its words: `vendor staff list`. */
  readonly words: string;
  readonly summary: string;
  readonly flags: readonly CompletableFlag[];
}

export interface CompletableFlag {
  readonly name: string;
  readonly summary: string;
  /** The values it may have, where they are few. */
  readonly options: readonly string[];
  readonly takesValue: boolean;
}

/** A script for a shell that completes commands, flags and values; it calls nothing. */
export function completionScript(shell: Shell, commands: readonly CompletableCommand[]): string {
  const table = wordsByPlace(commands);
  switch (shell) {
    case 'bash':
      return bashScript(table, commands);
    case 'zsh':
      return zshScript(table, commands);
    case 'fish':
      return fishScript(table, commands);
  }
}

/** The words that may follow, by the words before: '' → vendor, 'vendor' → staff, list, … */
function wordsByPlace(commands: readonly CompletableCommand[]): ReadonlyMap<string, string[]> {
  const places = new Map<string, Set<string>>();
  for (const { words } of commands) {
    const path = words.split(' ');
    for (const [at, word] of path.entries()) {
      const place = path.slice(0, at).join(' ');
      places.set(place, (places.get(place) ?? new Set()).add(word));
    }
  }
  return new Map([...places].map(([place, words]) => [place, [...words].sort()]));
}

const flagWords = (flags: readonly CompletableFlag[]): string =>
  flags.map(({ name }) => `--${name}`).join(' ');

const cases = (entries: Iterable<readonly [string, string]>, variable: string): string =>
  [...entries]
    .map(([place, words]) => `    ${quoted(place)}) ${variable}=${quoted(words)} ;;`)
    .join('\n');

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The values of flags, by command and flag: `order list --status`. */
function valueEntries(commands: readonly CompletableCommand[]): [string, string][] {
  return commands.flatMap(({ words, flags }) =>
    flags.flatMap(({ name, options }): [string, string][] =>
      options.length === 0 ? [] : [[`${words} --${name}`, options.join(' ')]],
    ),
  );
}

/** Flags that are followed by a value, which is no word of the command. */
function flagsWithValues(commands: readonly CompletableCommand[]): string {
  const names = commands.flatMap(({ flags }) =>
    flags.filter(({ takesValue }) => takesValue).map(({ name }) => `--${name}`),
  );
  return [...new Set(names)].sort().join('|');
}

type Table = ReadonlyMap<string, string[]>;

/** What both bash and zsh do, in words that both read alike. */
function shared(table: Table, commands: readonly CompletableCommand[]): string {
  const subcommands = [...table].map(([place, words]) => [place, words.join(' ')] as const);
  const flags = commands.map(({ words, flags: own }) => [words, flagWords(own)] as const);
  return `
_mkt_subcommands() {
  mkt_found=''
  case "$1" in
${cases(subcommands, 'mkt_found')}
  esac
}

_mkt_flags() {
  mkt_found=''
  case "$1" in
${cases(flags, 'mkt_found')}
  esac
}

_mkt_values() {
  mkt_found=''
  case "$1" in
${cases(valueEntries(commands), 'mkt_found')}
  esac
}

# The words of the command among those typed: as far as they lead to one.
_mkt_place() {
  mkt_place=''
  local word next skip=''
  for word in "$@"; do
    if [ -n "$skip" ]; then skip=''; continue; fi
    case "$word" in
      ${flagsWithValues(commands)}) skip=1; continue ;;
      -*) continue ;;
    esac
    _mkt_subcommands "$mkt_place"
    case " $mkt_found " in
      *" $word "*) mkt_place="\${mkt_place:+$mkt_place }$word" ;;
      *) break ;;
    esac
  done
}

# What may stand after these words: the first argument is the word before the cursor.
_mkt_candidates() {
  local before="$1" current="$2"
  shift 2
  _mkt_place "$@"
  case "$before" in
    --*) _mkt_values "$mkt_place $before"; [ -n "$mkt_found" ] && return ;;
  esac
  case "$current" in
    -*) _mkt_flags "$mkt_place" ;;
    *) _mkt_subcommands "$mkt_place" ;;
  esac
}
`;
}

function bashScript(table: Table, commands: readonly CompletableCommand[]): string {
  return `# Completion of mkt for bash: source <(mkt completion bash)
${shared(table, commands)}
_mkt() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  local mkt_found mkt_place
  _mkt_candidates "$before" "$current" "\${COMP_WORDS[@]:1:COMP_CWORD-1}"
  COMPREPLY=($(compgen -W "$mkt_found" -- "$current"))
}
# Where nothing of ours fits, a file may.
complete -o default -F _mkt mkt ./mkt
`;
}

function zshScript(table: Table, commands: readonly CompletableCommand[]): string {
  return `#compdef mkt
# Completion of mkt for zsh: source <(mkt completion zsh), or as _mkt in a folder of $fpath
${shared(table, commands)}
_mkt() {
  local mkt_found mkt_place current="\${words[CURRENT]}" before="\${words[CURRENT-1]}"
  _mkt_candidates "$before" "$current" "\${(@)words[2,CURRENT-1]}"
  if [ -n "$mkt_found" ]; then compadd -- \${=mkt_found}; else _files; fi
}
if [ "\${funcstack[1]}" = _mkt ]; then _mkt "$@"; else compdef _mkt mkt; fi
`;
}

function fishScript(table: Table, commands: readonly CompletableCommand[]): string {
  const summaries = new Map(commands.map(({ words, summary }) => [words, summary]));
  const words = [...table].flatMap(([place, nexts]) =>
    nexts.map((next) => {
      const summary = summaries.get(place === '' ? next : `${place} ${next}`) ?? '';
      return `complete -c mkt -f -n ${fishQuoted(`__mkt_at ${fishQuoted(place)}`)} -a ${next} -d ${fishQuoted(summary)}`;
    }),
  );
  const flags = commands.flatMap(({ words: place, flags: own }) =>
    own.map(({ name, summary, options, takesValue }) => {
      const values = options.length > 0 ? ` -x -a ${fishQuoted(options.join(' '))}` : '';
      const required = takesValue && options.length === 0 ? ' -r' : '';
      return `complete -c mkt -n ${fishQuoted(`__mkt_at ${fishQuoted(place)}`)} -l ${name}${values}${required} -d ${fishQuoted(summary)}`;
    }),
  );
  const places = [...new Set([...table.keys(), ...commands.map((one) => one.words)])];
  return `# Completion of mkt for fish: mkt completion fish | source
function __mkt_at
    set -l place ''
    set -l skip ''
    for word in (commandline -opc)[2..]
        if test -n "$skip"
            set skip ''
            continue
        end
        switch $word
            case ${flagsWithValues(commands).replaceAll('|', ' ')}
                set skip 1
            case '-*'
            case '*'
                set -l next (string trim -- "$place $word")
                contains -- $next ${places
                  .filter((one) => one !== '')
                  .map(fishQuoted)
                  .join(' ')}
                or break
                set place $next
        end
    end
    test "$place" = "$argv[1]"
end
${[...words, ...flags].join('\n')}
`;
}

const fishQuoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
