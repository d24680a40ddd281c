import { pipeline } from 'node:stream/promises';
import { Flags } from '@oclif/core';
import { writeBytes } from '../../adapters/files.ts';
import { ApiCommand } from '../../api-command.ts';
import { usageFailure } from '../../failure.ts';
import { exportProducts } from '../../operations/products.ts';

export default class ProductExport extends ApiCommand {
  static override summary = 'Write the whole catalogue as a product CSV';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --output products.csv',
    '<%= config.bin %> <%= command.id %> --vendor kiln-and-co | gzip > products.csv.gz',
  ];
  static override flags = {
    output: Flags.string({ char: 'o', summary: 'File to write; standard output unless given' }),
    vendor: Flags.string({ summary: 'Whose, for operators', helpValue: 'SLUG' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ProductExport);
    const { output } = flags;
    if (output === undefined && this.jsonEnabled()) {
      throw usageFailure('With --json the catalogue needs a file.', 'Add --output FILE');
    }
    const content = await exportProducts(await this.api(flags), flags.vendor);
    if (output === undefined) await pipeline(content, process.stdout, { end: false });
    else {
      await writeBytes(output, content);
      this.tell(`Wrote ${output}.`);
    }
    return { output: output ?? null };
  }
}
