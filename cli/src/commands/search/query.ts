import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { limitFlag, optionalArg } from '../../inputs.ts';
import { searchProducts, searchSorts } from '../../operations/search.ts';
import type { SearchReply } from '../../operations/shapes.ts';
import { amount, tick } from '../../ui/format.ts';

export default class SearchQuery extends ApiCommand {
  static override summary = 'Find products by words; without words, browse';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "ceramc mgu"',
    '<%= config.bin %> <%= command.id %> lamp --option Colour:Brass --in-stock --sort price_asc',
  ];
  static override args = { text: optionalArg('What to look for') };
  static override flags = {
    vendor: Flags.string({ summary: 'Only of this vendor', helpValue: 'SLUG' }),
    type: Flags.string({ summary: 'Only of this type', multiple: true }),
    tag: Flags.string({ summary: 'Only with this tag', multiple: true }),
    option: Flags.string({ summary: 'Only in this form', helpValue: 'Name:Value', multiple: true }),
    'min-price': Flags.integer({ summary: 'In minor units', min: 0 }),
    'max-price': Flags.integer({ summary: 'In minor units', min: 0 }),
    rating: Flags.integer({ summary: 'At least so many stars', min: 1, max: 5 }),
    'in-stock': Flags.boolean({ summary: 'Only what can be had now', default: false }),
    sort: Flags.string({ summary: 'What comes first', options: searchSorts }),
    limit: limitFlag('products', { usual: 20, most: 100 }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SearchQuery);
    const { 'min-price': minPrice, 'max-price': maxPrice, 'in-stock': inStock } = flags;
    const { vendor, type, tag, option, rating, sort, limit } = flags;
    const found = await searchProducts(await this.publicApi(flags), {
      text: args.text ?? '',
      vendor,
      type,
      tag,
      option,
      rating,
      sort,
      limit,
      minPrice,
      maxPrice,
      inStock,
    });
    this.showFound(found);
    return found;
  }

  private showFound({ items, total, terms }: SearchReply): void {
    this.showTable(
      items,
      [
        { title: 'HANDLE', value: ({ handle }) => handle },
        { title: 'TITLE', value: ({ title }) => title, flexible: true },
        { title: 'VENDOR', value: ({ vendorName }) => vendorName, flexible: true },
        { title: 'PRICE', value: ({ price }) => amount(price), align: 'right' },
        { title: 'IN STOCK', value: ({ inStock }) => tick(inStock) },
        { title: 'RATING', value: ratingOf },
      ],
      'Nothing was found.',
    );
    const read = terms.filter(({ typed, readAs }) => readAs.length > 0 && !readAs.includes(typed));
    for (const { typed, readAs } of read) {
      this.tell(`"${typed}" was read as ${readAs.slice(0, 3).join(', ')}.`);
    }
    if (total > items.length) this.tell(`${items.length} of ${total} products.`);
  }
}

function ratingOf({ ratingAverage, ratingCount }: SearchReply['items'][number]): string {
  return ratingCount === 0 ? '-' : `${ratingAverage.toFixed(1)} (${ratingCount})`;
}
