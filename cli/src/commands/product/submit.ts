import { Flags } from '@oclif/core';
import { BulkCommand } from '../../bulk-command.ts';
import { optionalArg } from '../../inputs.ts';

export default class ProductSubmit extends BulkCommand {
  static override summary = 'Hand products in for review';
  static override strict = false;
  static override examples = ['<%= config.bin %> <%= command.id %> --all --as kiln'];
  static override args = {
    product: optionalArg('Ids of products; any number of them'),
  };
  static override flags = {
    all: Flags.boolean({ summary: 'All that were not handed in yet', default: false }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(ProductSubmit);
    const products = argv.map(String);
    return this.change(flags, { verb: 'submit', products, all: flags.all }, 'handed in');
  }
}
