import { Flags } from '@oclif/core';
import { limitFlag } from '../inputs.ts';
import { followLogs, type LogLine, lineLevels, readLogs } from '../operations/logs.ts';
import { OperationsCommand, serviceFlag } from '../operations-command.ts';
import { logText } from '../ui/operations-view.ts';

export default class Logs extends OperationsCommand {
  static override summary = 'Show the last lines of the services’ logs, and follow them';
  static override examples = [
    '<%= config.bin %> <%= command.id %> -f --level warn --as operator',
    '<%= config.bin %> <%= command.id %> --trace TRACE --as operator',
  ];
  static override flags = {
    follow: Flags.boolean({ char: 'f', summary: 'Go on until Ctrl-C', default: false }),
    service: serviceFlag(),
    level: Flags.option({
      summary: 'This level and worse',
      options: lineLevels,
      default: 'info' as const,
    })(),
    trace: Flags.string({ summary: 'Only lines of this trace', helpValue: 'TRACE' }),
    limit: limitFlag('lines', { usual: 100, most: 500 }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Logs);
    const api = await this.api(flags);
    const { items, cursors, silent } = await readLogs(api, flags);
    if (!flags.follow) {
      for (const line of items) this.show(logText(line));
      if (items.length === 0) this.tell('There are no lines to show.');
      this.tellSilent(silent);
      return { items };
    }
    const show = (line: LogLine): void => {
      if (this.jsonEnabled()) {
        this.terminal.out(`${JSON.stringify(this.toSuccessJson(line))}\n`);
      } else this.show(logText(line));
    };
    for (const line of items) show(line);
    this.tellSilent(silent);
    // Ctrl-C ends the process.
    await followLogs(api, flags, { cursors, show, signal: new AbortController().signal });
    return undefined;
  }
}
