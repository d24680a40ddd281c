import { ApiCommand } from '../../api-command.ts';
import { vendorArg } from '../../inputs.ts';
import { decideVendor } from '../../operations/vendors.ts';

export default class VendorReopen extends ApiCommand {
  static override summary = 'Let a suspended vendor sell again';
  static override examples = ['<%= config.bin %> <%= command.id %> kiln-and-co --as operator'];
  static override args = { vendor: vendorArg() };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorReopen);
    const api = await this.api(flags);
    const vendor = await decideVendor(api, { vendor: args.vendor, decision: 'reopen' });
    this.tell(`${vendor.name} is ${vendor.status}.`);
    return vendor;
  }
}
