import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { limitFlag } from '../../inputs.ts';
import { listStock } from '../../operations/stock.ts';
import { moreLine } from '../../ui/format.ts';

export default class StockList extends ApiCommand {
  static override summary = 'List what is in stock';
  static override examples = ['<%= config.bin %> <%= command.id %> --sku KC-MUG-CH-M --as kiln'];
  static override flags = {
    sku: Flags.string({ summary: 'Only this SKU' }),
    limit: limitFlag('stock levels'),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(StockList);
    const found = await listStock(await this.api(flags), flags);
    this.showTable(
      found.items,
      [
        { title: 'VARIANT', value: ({ variantId }) => variantId },
        { title: 'SKU', value: ({ sku }) => sku, flexible: true },
        { title: 'TITLE', value: ({ title }) => title, flexible: true },
        { title: 'STOCKED', value: ({ stocked }) => stocked, align: 'right' },
        { title: 'RESERVED', value: ({ reserved }) => reserved, align: 'right' },
        { title: 'AVAILABLE', value: ({ available }) => available, align: 'right' },
      ],
      'There is nothing in stock.',
    );
    if (found.hasMore) this.tell(moreLine(flags.limit));
    return found;
  }
}
