import { ApiCommand } from '../../api-command.ts';
import { exitCodes } from '../../failure.ts';
import { verifyLedger } from '../../operations/ledger.ts';

export default class LedgerVerify extends ApiCommand {
  static override summary = 'Prove every invariant of the books; exits 1 where one does not hold';
  static override examples = ['<%= config.bin %> <%= command.id %> --as operator'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(LedgerVerify);
    const verification = await verifyLedger(await this.api(flags));
    const { ok, checked, violations } = verification;
    const counts = Object.entries(checked).map(([name, count]) => `${count} ${name}`);
    if (!ok) {
      this.showTable(
        violations,
        [
          { title: 'VIOLATION', value: ({ code }) => code },
          { title: 'OF', value: ({ subject }) => subject },
          { title: 'DETAIL', value: ({ detail }) => detail, flexible: true },
        ],
        '',
      );
      process.exitCode = exitCodes.failed;
    }
    const verdict = ok ? 'The books are right' : 'The books are WRONG';
    this.show(`${verdict}: ${counts.join(', ')} checked.`);
    return verification;
  }
}
