import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { requiredArg } from '../../inputs.ts';
import { archiveProduct } from '../../operations/products.ts';

export default class ProductArchive extends ApiCommand {
  static override summary = 'Take a product off sale and out of the way';
  static override examples = [
    '<%= config.bin %> <%= command.id %> speckled-morning-mug --as kiln',
    '<%= config.bin %> <%= command.id %> speckled-morning-mug --undo --as kiln',
  ];
  static override args = { product: requiredArg('Its id or handle') };
  static override flags = {
    undo: Flags.boolean({ summary: 'Make it a draft again', default: false }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ProductArchive);
    const step = flags.undo ? 'unarchive' : 'archive';
    const product = await archiveProduct(await this.api(flags), args.product, step);
    this.tell(`${product.handle} is ${product.status}.`);
    return product;
  }
}
