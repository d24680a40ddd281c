import { Args, Flags } from '@oclif/core';
import type { Api } from '../../adapters/api.ts';
import { readTextFile } from '../../adapters/files.ts';
import { ApiCommand } from '../../api-command.ts';
import { exitCodes, usageFailure } from '../../failure.ts';
import { optionalArg } from '../../inputs.ts';
import { applyStock, parseStockFile, planStock, setStock } from '../../operations/stock.ts';
import { counted } from '../../ui/text.ts';

export default class StockSet extends ApiCommand {
  static override summary = 'Set what is in stock, as counted';
  static override description =
    'With --file many at once: two columns, a SKU or variant id and a number. With --dry-run ' +
    'nothing is written, and the exit code is 3 where something would be.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> MUG-RED 12',
    '<%= config.bin %> <%= command.id %> --file counted.csv --reason "stocktaking in March"',
  ];
  static override args = {
    item: optionalArg('SKU or id of the variant'),
    stocked: Args.integer({
      description: 'Units in stock',
      min: 0,
      max: 10_000_000,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    file: Flags.string({ summary: 'CSV file of SKUs and units; - is standard input' }),
    reason: Flags.string({ summary: 'Why, for the history' }),
    'dry-run': Flags.boolean({ summary: 'Show what a file would change', dependsOn: ['file'] }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(StockSet);
    const { item, stocked } = args;
    const { file, reason } = flags;
    if ((file === undefined) === (item === undefined)) {
      throw usageFailure('Name a variant and its units, or a file.', 'mkt stock set SKU 12');
    }
    if (file !== undefined) {
      const rows = parseStockFile((await readTextFile(file)).content);
      return this.setMany(await this.api(flags), rows, flags);
    }
    if (item === undefined || stocked === undefined) {
      throw usageFailure('Say how many units are in stock.', `mkt stock set ${item} 12`);
    }
    const level = await setStock(await this.api(flags), { item, stocked, reason });
    this.tell(`${level.title}: ${level.stocked} in stock, ${level.available} available.`);
    return level;
  }

  private async setMany(
    api: Api,
    rows: ReturnType<typeof parseStockFile>,
    flags: { readonly reason?: string | undefined; readonly 'dry-run': boolean },
  ): Promise<unknown> {
    const changes = await planStock(api, rows);
    this.showTable(
      changes,
      [
        { title: 'SKU', value: ({ sku, variantId }) => sku ?? variantId },
        { title: 'TITLE', value: ({ title }) => title, flexible: true },
        { title: 'FROM', value: ({ from }) => from, align: 'right' },
        { title: 'TO', value: ({ to }) => to, align: 'right' },
      ],
      'Everything is as the file says.',
    );
    const isDry = flags['dry-run'];
    if (!isDry) await applyStock(api, changes, flags.reason);
    else if (changes.length > 0) process.exitCode = exitCodes.changesPending;
    this.tell(`${counted(changes.length, 'stock level')} ${isDry ? 'would change' : 'changed'}.`);
    return { changes, applied: !isDry };
  }
}
