import { openBytes } from '../../adapters/files.ts';
import { ApiCommand } from '../../api-command.ts';
import { exitCodes } from '../../failure.ts';
import { requiredArg } from '../../inputs.ts';
import { importProducts } from '../../operations/products.ts';
import type { ImportReport } from '../../operations/shapes.ts';
import { formatBytes, progressBar } from '../../ui/progress.ts';
import { counted } from '../../ui/text.ts';

export default class ProductImport extends ApiCommand {
  static override summary = 'Bring the catalogue up to a product CSV';
  static override description =
    'Reads the product CSV that Shopify exports. Rows with a problem are reported and left out, ' +
    'all others are imported; the same file again changes nothing.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> products.csv --as kiln',
    'zcat products.csv.gz | <%= config.bin %> <%= command.id %> -',
  ];
  static override args = {
    file: requiredArg('CSV file; - is standard input'),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ProductImport);
    const api = await this.api(flags);
    const { content, sizeBytes } = await openBytes(args.file);
    const progress = this.isQuiet
      ? undefined
      : progressBar(this.terminal, { label: 'importing', total: sizeBytes, format: formatBytes });
    let report: ImportReport;
    try {
      report = await importProducts(api, content, (bytes) => progress?.report(bytes));
    } finally {
      progress?.stop();
    }
    this.showReport(report);
    if (report.problemCount > 0) process.exitCode = exitCodes.failed;
    return report;
  }

  private showReport({ products, rows, problems, problemCount, truncated }: ImportReport): void {
    if (problems.length > 0) {
      this.showTable(
        problems,
        [
          { title: 'LINE', value: ({ line }) => line, align: 'right' },
          { title: 'COLUMN', value: ({ column }) => column },
          { title: 'VALUE', value: ({ value }) => value, flexible: true },
          { title: 'PROBLEM', value: ({ problem }) => problem, flexible: true },
          { title: 'WHAT TO DO', value: ({ remedy }) => remedy, flexible: true },
        ],
        '',
      );
    }
    if (truncated) this.tell(`These are the first ${problems.length} of ${problemCount} problems.`);
    const { created, updated, unchanged, skipped } = products;
    this.tell(
      `${counted(rows, 'row')}: ${counted(created, 'product')} created, ${updated} updated, ` +
        `${unchanged} unchanged, ${skipped} left out; ${counted(problemCount, 'problem')}.`,
    );
  }
}
