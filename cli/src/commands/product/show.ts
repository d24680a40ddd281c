import { ApiCommand } from '../../api-command.ts';
import { requiredArg, vendorFlag } from '../../inputs.ts';
import { showProduct } from '../../operations/products.ts';
import { amount } from '../../ui/format.ts';

export default class ProductShow extends ApiCommand {
  static override summary = 'Show a product and its variants';
  static override examples = [
    '<%= config.bin %> <%= command.id %> speckled-morning-mug --vendor kiln-and-co',
  ];
  static override args = { product: requiredArg('Its id, or its handle') };
  static override flags = { vendor: vendorFlag('Whose it is; needed with a handle, unless yours') };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ProductShow);
    const api = await this.publicApi(flags);
    const product = await showProduct(api, { ...args, vendor: flags.vendor });
    const when = await this.moments(api);
    this.showProperties([
      ['Handle', product.handle],
      ['Id', product.id],
      ['Title', product.title],
      ['Vendor', product.vendorName],
      ['Status', product.status],
      ['Note', product.reviewNote],
      ['Type', product.type],
      ['Tags', product.tags.join(', ')],
      ['Rating', `${product.rating.average} (${product.rating.count})`],
      ['Published', when(product.publishedAt)],
      ['Changed', when(product.updatedAt)],
      ['Version', product.version],
    ]);
    this.show('');
    this.showTable(
      product.variants,
      [
        { title: 'VARIANT', value: ({ id }) => id },
        { title: 'SKU', value: ({ sku }) => sku, flexible: true },
        { title: 'TITLE', value: ({ title }) => title, flexible: true },
        { title: 'PRICE', value: ({ price }) => amount(price), align: 'right' },
        { title: 'WAS', value: ({ compareAt }) => amount(compareAt), align: 'right' },
        { title: 'GRAMS', value: ({ grams }) => grams, align: 'right' },
      ],
      'It has no variants.',
    );
    return product;
  }
}
