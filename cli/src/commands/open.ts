import { resolve } from 'node:path';
import { thisMachine } from '../adapters/machine.ts';
import { ApiCommand } from '../api-command.ts';
import { environment } from '../config.ts';
import { usageFailure } from '../failure.ts';
import { optionalArg } from '../inputs.ts';
import { browserOf, openIn } from '../operations/open.ts';

export default class Open extends ApiCommand {
  static override summary = 'Open the marketplace in the browser; its address is written anyway';
  static override description =
    'The browser is $BROWSER, or the one of the system. Where there is none, the address is all.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> docs',
  ];
  static override args = { path: optionalArg('What to open there, such as docs') };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Open);
    const { settings } = await this.connect(flags, { anonymous: true });
    const url = `${settings.url}/${(args.path ?? '').replace(/^\/+/, '')}`;
    if (!URL.canParse(url)) throw usageFailure(`"${args.path}" is no part of an address.`);
    const machine = thisMachine(resolve(this.config.root, '..', '..'), environment());
    const browser = await browserOf(machine, process.platform);
    const opened = browser !== undefined && (await openIn(browser, url));
    this.show(url);
    if (!opened) this.tell('There is no browser here: open the address where there is one.');
    return { url, opened };
  }
}
