import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { readBalances } from '../../operations/ledger.ts';
import { amount } from '../../ui/format.ts';

export default class LedgerBalance extends ApiCommand {
  static override summary = 'Show the balances of your vendor; of the platform, for operators';
  static override examples = ['<%= config.bin %> <%= command.id %> --as kiln'];
  static override flags = {
    vendor: Flags.string({ summary: 'Whose, for operators', helpValue: 'SLUG' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(LedgerBalance);
    const balances = await readBalances(await this.api(flags), flags.vendor);
    this.showTable(
      balances.accounts,
      [
        { title: 'ACCOUNT', value: ({ account }) => account },
        { title: 'GROWS BY', value: ({ side }) => side },
        { title: 'BALANCE', value: ({ balance }) => amount(balance), align: 'right' },
      ],
      'Nothing was ever booked.',
    );
    return balances;
  }
}
