import { Flags } from '@oclif/core';
import { BulkCommand } from '../../bulk-command.ts';
import { optionalArg } from '../../inputs.ts';

export default class ProductApprove extends BulkCommand {
  static override summary = 'Approve products that were handed in; they are published at once';
  static override strict = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %> --all --vendor kiln-and-co --as operator',
  ];
  static override args = {
    product: optionalArg('Ids, or with --vendor handles, of products; any number of them'),
  };
  static override flags = {
    all: Flags.boolean({ summary: 'All that wait for it', default: false }),
    vendor: Flags.string({ summary: 'Only those of this vendor', helpValue: 'SLUG' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(ProductApprove);
    const products = argv.map(String);
    const { all, vendor } = flags;
    return this.change(flags, { verb: 'approve', products, all, vendor }, 'approved');
  }
}
