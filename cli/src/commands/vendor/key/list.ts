import { vendorFlag } from '../../../inputs.ts';
import { listKeys } from '../../../operations/staff.ts';
import { StaffCommand } from '../../../staff-command.ts';

export default class VendorKeyList extends StaffCommand {
  static override summary = "List your vendor's API keys, without their secrets";
  static override examples = ['<%= config.bin %> <%= command.id %> --as kiln'];
  static override flags = {
    vendor: vendorFlag('Of which vendor, where the profile works for another'),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(VendorKeyList);
    const { api, vendorId } = await this.connectFor(flags);
    const items = await listKeys(api, vendorId);
    const when = await this.moments(api);
    this.showTable(
      items,
      [
        { title: 'KEY', value: ({ keyId }) => keyId },
        { title: 'NAME', value: ({ name }) => name, flexible: true },
        { title: 'BEGINS', value: ({ startsWith }) => startsWith },
        { title: 'MAY', value: ({ scopes }) => scopes.join(' '), flexible: true },
        {
          title: 'EXPIRES',
          value: ({ expired, expiresAt }) => (expired ? 'expired' : when(expiresAt)),
        },
        { title: 'LAST USED', value: ({ lastUsedAt }) => when(lastUsedAt) },
      ],
      'There are no keys.',
    );
    return { items };
  }
}
