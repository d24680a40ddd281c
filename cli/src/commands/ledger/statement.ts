import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { momentFlag } from '../../inputs.ts';
import { readStatement } from '../../operations/ledger.ts';
import type { StatementRow } from '../../operations/shapes.ts';
import { amount, moment } from '../../ui/format.ts';
import type { Column } from '../../ui/table.ts';

/** The head names the currency, so that the columns need not. */
const decimal = (money: Parameters<typeof amount>[0]) => amount(money).split(' ')[0];

const columns: readonly Column<StatementRow>[] = [
  { title: 'WHEN', value: ({ at }) => moment(at) },
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'ORDER', value: ({ orderNumber }) => orderNumber },
  { title: 'TITLE', value: ({ title }) => title, flexible: true },
  { title: 'UNITS', value: ({ units }) => units, align: 'right' },
  { title: 'BASE', value: ({ base }) => decimal(base), align: 'right' },
  { title: 'OWN DISC.', value: (row) => decimal(row.discountByVendor), align: 'right' },
  { title: 'MKT DISC.', value: (row) => decimal(row.discountByMarketplace), align: 'right' },
  { title: 'TAX', value: ({ tax }) => decimal(tax), align: 'right' },
  { title: 'PAYABLE', value: ({ payable }) => decimal(payable), align: 'right' },
  { title: 'COMMISSION', value: ({ commission }) => decimal(commission), align: 'right' },
  { title: 'ITS TAX', value: ({ commissionTax }) => decimal(commissionTax), align: 'right' },
  { title: 'CREDIT', value: ({ credit }) => decimal(credit), align: 'right' },
];

export default class LedgerStatement extends ApiCommand {
  static override summary = "Show what changed a vendor's balance, line by line";
  static override description = 'Covers the last 31 days, unless days are named.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --from 2026-11-01 --to 2026-12-01 --as kiln',
  ];
  static override flags = {
    vendor: Flags.string({ summary: 'Whose, for operators', helpValue: 'SLUG' }),
    from: momentFlag('Beginning of the period'),
    to: momentFlag('End of the period, which is no longer part of it'),
    currency: Flags.string({ summary: 'Where there are several', helpValue: 'EUR' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(LedgerStatement);
    const statement = await readStatement(await this.api(flags), flags);
    const { from, to, currency, opening, closing, rows } = statement;
    this.showProperties([
      ['Period', `${moment(from)} to ${moment(to)}`],
      ['Currency', currency],
      ['Opening', amount(opening)],
      ['Closing', amount(closing)],
    ]);
    if (rows.length > 0) this.show('');
    this.showTable(rows, columns, 'Nothing changed in this period.');
    return statement;
  }
}
