import { Args, type Command } from '@oclif/core';
import { MktCommand } from '../mkt-command.ts';
import { type CompletableCommand, completionScript, shells } from '../operations/completion.ts';

export default class Completion extends MktCommand {
  static override summary = 'Write a script that lets a shell complete commands, flags and values';
  static override examples = [
    'source <(<%= config.bin %> <%= command.id %> bash)',
    '<%= config.bin %> <%= command.id %> zsh > ~/.zsh/completions/_mkt',
    '<%= config.bin %> <%= command.id %> fish > ~/.config/fish/completions/mkt.fish',
  ];
  static override args = {
    shell: Args.string({
      description: 'Whose script',
      options: shells,
      required: true,
      ignoreStdin: true,
    }),
  };

  async run(): Promise<unknown> {
    const { args } = await this.parse(Completion);
    const shell = shells.find((one) => one === args.shell) ?? 'bash';
    const script = completionScript(shell, this.config.commands.map(completable));
    this.show(script.trimEnd());
    return { shell, script };
  }
}

/** What the manifest says of a command. */
function completable({ id, summary, flags }: Command.Loadable): CompletableCommand {
  return {
    words: id.replaceAll(':', ' '),
    summary: summary ?? '',
    flags: Object.values(flags).map((flag) => ({
      name: flag.name,
      summary: flag.summary ?? flag.description ?? '',
      options: ('options' in flag && flag.options) || [],
      takesValue: flag.type === 'option',
    })),
  };
}
