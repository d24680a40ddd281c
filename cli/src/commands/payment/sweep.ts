import { ApiCommand } from '../../api-command.ts';
import { sweepPayments } from '../../operations/payments.ts';
import { counted } from '../../ui/text.ts';

export default class PaymentSweep extends ApiCommand {
  static override summary = 'Look after payments without orders, and those of unknown outcome';
  static override description =
    'It happens by itself; this does now what is due, for somebody who does not want to wait.';
  static override examples = ['<%= config.bin %> <%= command.id %> --as operator'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(PaymentSweep);
    const swept = await sweepPayments(await this.api(flags));
    const { examined, voided, resolved } = swept;
    this.tell(`${counted(examined, 'payment')} examined, ${voided} voided, ${resolved} resolved.`);
    return swept;
  }
}
