import { vendorFlag } from '../../../inputs.ts';
import { listStaff } from '../../../operations/staff.ts';
import { StaffCommand } from '../../../staff-command.ts';

export default class VendorStaffList extends StaffCommand {
  static override summary = 'List who works for a vendor, and who was invited';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --as kiln',
    '<%= config.bin %> <%= command.id %> --vendor kiln-and-co --as operator',
  ];
  static override flags = { vendor: vendorFlag() };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(VendorStaffList);
    const { api, vendorId } = await this.connectFor(flags);
    const found = await listStaff(api, vendorId);
    const when = await this.moments(api);
    const people = [
      ...found.staff.map((one) => ({ ...one, state: `since ${when(one.joinedAt)}` })),
      ...found.invitations.map((one) => ({
        ...one,
        state: `invited, until ${when(one.expiresAt)}`,
      })),
    ];
    this.showTable(
      people,
      [
        { title: 'E-MAIL', value: ({ email }) => email },
        { title: 'ROLE', value: ({ role }) => role },
        { title: 'STATE', value: ({ state }) => state, flexible: true },
      ],
      'Nobody works for it.',
    );
    return found;
  }
}
