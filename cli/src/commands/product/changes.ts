import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { reasonFlag, requiredArg, vendorFlag } from '../../inputs.ts';
import { turnBackProduct } from '../../operations/products.ts';

export default class ProductChanges extends ApiCommand {
  static override summary = 'Ask for changes of a product that was handed in, or reject it';
  static override examples = [
    '<%= config.bin %> <%= command.id %> moon-jar --vendor kiln-and-co --reason "The picture is blurred" --as operator',
  ];
  static override args = { product: requiredArg('Its id, or with --vendor its handle') };
  static override flags = {
    reason: reasonFlag('the vendor'),
    reject: Flags.boolean({ summary: 'Turn it down for good', default: false }),
    vendor: vendorFlag('Whose it is'),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ProductChanges);
    const { reason, vendor } = flags;
    const step = flags.reject ? 'reject' : 'request-changes';
    const named = { product: args.product, vendor };
    const product = await turnBackProduct(await this.api(flags), named, { reason, step });
    this.tell(`${product.handle} is ${product.status}.`);
    return product;
  }
}
