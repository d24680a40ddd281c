import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { vendorArg, yesFlag } from '../../inputs.ts';
import { decideVendor } from '../../operations/vendors.ts';
import { terminalPrompt } from '../../ui/prompt.ts';

export default class VendorSuspend extends ApiCommand {
  static override summary = 'Stop a vendor from selling, with the reason';
  static override description =
    'Its products leave the shop at once; orders that are under way go on. Asks for its name.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> kiln-and-co --reason "Orders are not sent" --as operator',
  ];
  static override args = { vendor: vendorArg() };
  static override flags = {
    reason: Flags.string({ summary: 'Why; the vendor reads it', required: true }),
    yes: yesFlag(),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorSuspend);
    const api = await this.api(flags);
    if (!flags.yes) {
      await terminalPrompt().confirmName(`${args.vendor} will stop selling.`, args.vendor);
    }
    const { reason } = flags;
    const vendor = await decideVendor(api, { vendor: args.vendor, decision: 'suspend', reason });
    this.tell(`${vendor.name} is ${vendor.status}.`);
    return vendor;
  }
}
