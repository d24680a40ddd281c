import { pathToFileURL } from 'node:url';
import type { Command } from '@oclif/core';
import { commandSources } from './commands.ts';

export interface CommandEntry {
  readonly command: string;
  readonly summary: string;
  /** How many; their words may change. */
  readonly examples: number;
  /** In order; the required ones in capitals, as in the help. */
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
}

/** What scripts may rely on of each command. */
export async function commandSnapshot(): Promise<readonly CommandEntry[]> {
  const entries: CommandEntry[] = [];
  for (const { id, path } of commandSources()) {
    const module = (await import(pathToFileURL(path).href)) as { default: Command.Class };
    entries.push(entryOf(id.replaceAll(':', ' '), module.default));
  }
  return entries;
}

function entryOf(
  command: string,
  { summary, examples, args, flags, baseFlags }: Command.Class,
): CommandEntry {
  const all = Object.entries({ ...baseFlags, ...flags }).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    command,
    summary: summary ?? '',
    examples: examples?.length ?? 0,
    args: Object.entries(args ?? {}).map(([name, arg]) =>
      arg.required ? name.toUpperCase() : name,
    ),
    flags: Object.fromEntries([
      ...all.map(([name, flag]): [string, string] => [name, described(flag)]),
      ['json', 'boolean'],
    ]),
  };
}

/** `option, one of applied|approved, env MKT_URL, default 50`. */
function described(flag: Command.Class['flags'][string]): string {
  const { type, char, env, required, options, multiple } = flag as typeof flag & {
    options?: readonly string[];
    multiple?: boolean;
  };
  const usual = (flag as { default?: unknown }).default;
  const parts = [
    type,
    char && `-${char}`,
    required && 'required',
    multiple && 'several',
    options && `one of ${options.join('|')}`,
    env && `env ${env}`,
    usual !== undefined && usual !== false && `default ${JSON.stringify(usual)}`,
  ];
  return parts.filter((part) => part !== false && part !== undefined).join(', ');
}
