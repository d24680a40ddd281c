import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { vendorArg } from '../../inputs.ts';
import { decideVendor } from '../../operations/vendors.ts';

export default class VendorReject extends ApiCommand {
  static override summary = 'Turn an application down, with the reason';
  static override examples = [
    '<%= config.bin %> <%= command.id %> kiln-and-co --reason "The address does not exist" --as operator',
  ];
  static override args = { vendor: vendorArg() };
  static override flags = {
    reason: Flags.string({ summary: 'Why; the vendor reads it', required: true }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorReject);
    const api = await this.api(flags);
    const { reason } = flags;
    const vendor = await decideVendor(api, { vendor: args.vendor, decision: 'reject', reason });
    this.tell(`${vendor.name} is ${vendor.status}.`);
    return vendor;
  }
}
