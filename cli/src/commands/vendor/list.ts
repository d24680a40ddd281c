import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { limitFlag } from '../../inputs.ts';
import { vendorStatuses } from '../../operations/shapes.ts';
import { listVendors } from '../../operations/vendors.ts';
import { moment, moreLine } from '../../ui/format.ts';

export default class VendorList extends ApiCommand {
  static override summary = 'List vendors by name: the approved ones, for operators all';
  static override examples = ['<%= config.bin %> <%= command.id %> --status applied --as operator'];
  static override flags = {
    status: Flags.string({ summary: 'Only those that are this', options: vendorStatuses }),
    limit: limitFlag('vendors'),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(VendorList);
    const found = await listVendors(await this.publicApi(flags), flags);
    this.showTable(
      found.items,
      [
        { title: 'VENDOR', value: ({ slug }) => slug },
        { title: 'NAME', value: ({ name }) => name, flexible: true },
        { title: 'STATUS', value: ({ status }) => status },
        { title: 'COUNTRY', value: ({ country }) => country },
        { title: 'APPROVED', value: ({ approvedAt }) => moment(approvedAt) },
      ],
      'There are no vendors to show.',
    );
    if (found.hasMore) this.tell(moreLine(flags.limit));
    return found;
  }
}
