import { requiredArg, vendorFlag, yesFlag } from '../../../inputs.ts';
import { revokeKey } from '../../../operations/staff.ts';
import { StaffCommand } from '../../../staff-command.ts';
import { terminalPrompt } from '../../../ui/prompt.ts';

export default class VendorKeyRevoke extends StaffCommand {
  static override summary = 'End an API key at once';
  static override description = 'Asks for its name, unless --yes is there.';
  static override examples = ['<%= config.bin %> <%= command.id %> warehouse --as kiln'];
  static override args = { key: requiredArg('Its name, its id, or how it begins') };
  static override flags = {
    vendor: vendorFlag('Of which vendor, where the profile works for another'),
    yes: yesFlag(),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorKeyRevoke);
    const { api, vendorId } = await this.connectFor(flags);
    if (!flags.yes) {
      await terminalPrompt().confirmName('What uses the key will be refused.', args.key);
    }
    const { keyId, name } = await revokeKey(api, vendorId, args.key);
    this.tell(`The key "${name}" is revoked.`);
    return { keyId, name };
  }
}
