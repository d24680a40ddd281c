import { ApiCommand } from '../../api-command.ts';
import { vendorArg } from '../../inputs.ts';
import { decideVendor } from '../../operations/vendors.ts';

export default class VendorApprove extends ApiCommand {
  static override summary = 'Let a vendor sell, once its checklist is complete';
  static override examples = ['<%= config.bin %> <%= command.id %> kiln-and-co --as operator'];
  static override args = { vendor: vendorArg() };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorApprove);
    const api = await this.api(flags);
    const vendor = await decideVendor(api, { vendor: args.vendor, decision: 'approve' });
    this.tell(`${vendor.name} is ${vendor.status}.`);
    return vendor;
  }
}
