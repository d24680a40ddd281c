import { Flags } from '@oclif/core';
import { requiredArg, vendorFlag } from '../../../inputs.ts';
import { staffRoles } from '../../../operations/shapes.ts';
import { inviteStaff } from '../../../operations/staff.ts';
import { StaffCommand } from '../../../staff-command.ts';
import { moment } from '../../../ui/format.ts';

export default class VendorStaffInvite extends StaffCommand {
  static override summary = 'Invite somebody to work for your vendor';
  static override description =
    'They get a mail with a token, and accept with: mkt api POST /v1/vendors/invitations/accept ' +
    '-f token=TOKEN. An earlier invitation to the same address stops working.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> declan@kilnandco.example.test --role fulfiller --as kiln',
  ];
  static override args = { email: requiredArg('Address of the person') };
  static override flags = {
    role: Flags.string({ summary: 'What they may do', options: staffRoles, required: true }),
    vendor: vendorFlag('Of which vendor, where the profile works for another'),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorStaffInvite);
    const { api, vendorId } = await this.connectFor(flags);
    const { email } = args;
    const invitation = await inviteStaff(api, vendorId, { email, role: flags.role });
    this.tell(`${email} is invited as ${invitation.role}, until ${moment(invitation.expiresAt)}.`);
    return invitation;
  }
}
