import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { limitFlag } from '../../inputs.ts';
import { listProducts } from '../../operations/products.ts';
import { type ProductSummary, productStatuses } from '../../operations/shapes.ts';
import { amount, moreLine } from '../../ui/format.ts';

export default class ProductList extends ApiCommand {
  static override summary = 'List products, newest first: the published ones, or those you manage';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --status submitted --as operator',
  ];
  static override flags = {
    status: Flags.string({ summary: 'Only those that are this', options: productStatuses }),
    vendor: Flags.string({ summary: 'Only those of this vendor', helpValue: 'SLUG' }),
    limit: limitFlag('products'),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ProductList);
    const found = await listProducts(await this.publicApi(flags), flags);
    this.showTable(
      found.items,
      [
        { title: 'HANDLE', value: ({ handle }) => handle },
        { title: 'TITLE', value: ({ title }) => title, flexible: true },
        { title: 'VENDOR', value: ({ vendorName }) => vendorName, flexible: true },
        { title: 'STATUS', value: ({ status }) => status ?? 'published' },
        { title: 'VARIANTS', value: ({ variantCount }) => variantCount, align: 'right' },
        { title: 'PRICE', value: priceOf, align: 'right' },
      ],
      'There are no products to show.',
    );
    if (found.hasMore) this.tell(moreLine(flags.limit));
    return found;
  }
}

function priceOf({ priceFrom, priceTo }: ProductSummary): string {
  const isOne = priceFrom?.amountMinor === priceTo?.amountMinor;
  return isOne ? amount(priceFrom) : `from ${amount(priceFrom)}`;
}
