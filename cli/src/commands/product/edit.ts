import { Flags } from '@oclif/core';
import { z } from 'zod';
import { readTextFile } from '../../adapters/files.ts';
import { ApiCommand } from '../../api-command.ts';
import { requiredArg } from '../../inputs.ts';
import { parseFile } from '../../operations/application.ts';
import { given } from '../../operations/coupons.ts';
import { editProduct } from '../../operations/products.ts';

export default class ProductEdit extends ApiCommand {
  static override summary = 'Change what a product says; what somebody else changed is not lost';
  static override examples = [
    '<%= config.bin %> <%= command.id %> speckled-morning-mug --title "Speckled mug" --tag mug --tag ceramic --as kiln',
    '<%= config.bin %> <%= command.id %> speckled-morning-mug --input changes.json --as kiln',
  ];
  static override args = { product: requiredArg('Its id or handle') };
  static override flags = {
    title: Flags.string({ summary: 'Its title' }),
    handle: Flags.string({ summary: 'Its name in addresses' }),
    type: Flags.string({ summary: 'What kind of thing it is' }),
    tag: Flags.string({
      summary: 'Its tags, all of them, once for each',
      multiple: true,
      multipleNonGreedy: true,
    }),
    description: Flags.string({ summary: 'HTML file of the description', helpValue: 'FILE' }),
    input: Flags.string({
      summary: 'JSON file of any other changes; - is standard input',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ProductEdit);
    const { title, handle, type, tag: tags, description, input } = flags;
    const inFile =
      input === undefined ? {} : parseFile(z.looseObject({}), await readTextFile(input));
    const descriptionHtml =
      description === undefined ? undefined : (await readTextFile(description)).content;
    const changes = { ...inFile, ...given({ title, handle, type, tags, descriptionHtml }) };
    const product = await editProduct(await this.api(flags), args.product, changes);
    this.tell(`${product.handle} is changed (version ${product.version}, ${product.status}).`);
    return product;
  }
}
