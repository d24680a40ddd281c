import { Args } from '@oclif/core';
import { requiredArg, vendorFlag } from '../../../inputs.ts';
import { staffRoles } from '../../../operations/shapes.ts';
import { changeRole } from '../../../operations/staff.ts';
import { StaffCommand } from '../../../staff-command.ts';

export default class VendorStaffRole extends StaffCommand {
  static override summary = 'Give somebody who works for your vendor another role';
  static override examples = [
    '<%= config.bin %> <%= command.id %> declan@kilnandco.example.test manager --as kiln',
  ];
  static override args = {
    person: requiredArg('Address or id of the person'),
    role: Args.string({
      description: 'What they may do',
      options: staffRoles,
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    vendor: vendorFlag('Of which vendor, where the profile works for another'),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorStaffRole);
    const { api, vendorId } = await this.connectFor(flags);
    const member = await changeRole(api, vendorId, args);
    this.tell(`${member.email} is ${member.role} now.`);
    return member;
  }
}
