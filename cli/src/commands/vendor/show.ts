import { ApiCommand } from '../../api-command.ts';
import { vendorArg } from '../../inputs.ts';
import { showVendor } from '../../operations/vendors.ts';
import { moment } from '../../ui/format.ts';

export default class VendorShow extends ApiCommand {
  static override summary = 'Show a vendor';
  static override examples = ['<%= config.bin %> <%= command.id %> kiln-and-co'];
  static override args = { vendor: vendorArg() };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorShow);
    const vendor = await showVendor(await this.publicApi(flags), args.vendor);
    this.showProperties([
      ['Name', vendor.name],
      ['Slug', vendor.slug],
      ['Id', vendor.vendorId],
      ['Status', vendor.status],
      ['Reason', vendor.statusReason],
      ['Country', vendor.country],
      ['Contact', vendor.contactEmail],
      ['Applied', moment(vendor.appliedAt)],
      ['Approved', moment(vendor.approvedAt)],
      ['Ships within', `${vendor.handlingDays} days`],
      ['Story', vendor.story],
    ]);
    return vendor;
  }
}
