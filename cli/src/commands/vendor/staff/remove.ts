import { requiredArg, vendorFlag, yesFlag } from '../../../inputs.ts';
import { removeStaff } from '../../../operations/staff.ts';
import { StaffCommand } from '../../../staff-command.ts';
import { terminalPrompt } from '../../../ui/prompt.ts';

export default class VendorStaffRemove extends StaffCommand {
  static override summary = 'Remove somebody from the staff, or take an invitation back';
  static override description = 'Asks for the address, unless --yes is there.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> declan@kilnandco.example.test --as kiln',
  ];
  static override args = { person: requiredArg('Address or id of the person') };
  static override flags = {
    vendor: vendorFlag('Of which vendor, where the profile works for another'),
    yes: yesFlag(),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorStaffRemove);
    const { person } = args;
    const { api, vendorId } = await this.connectFor(flags);
    if (!flags.yes) {
      await terminalPrompt().confirmName(`${person} will not work for it any more.`, person);
    }
    const outcome = await removeStaff(api, vendorId, person);
    const done = outcome.removed === 'staff' ? 'was removed' : 'is no longer invited';
    this.tell(`${person} ${done}.`);
    return { person, ...outcome };
  }
}
