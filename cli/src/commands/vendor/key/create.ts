import { Flags } from '@oclif/core';
import { parseMomentOrSpan, requiredArg, vendorFlag } from '../../../inputs.ts';
import { readClock } from '../../../operations/platform.ts';
import { keyScopes } from '../../../operations/shapes.ts';
import { createKey } from '../../../operations/staff.ts';
import { StaffCommand } from '../../../staff-command.ts';

export default class VendorKeyCreate extends StaffCommand {
  static override summary = 'Make an API key; it is written once, to standard output';
  static override examples = [
    '<%= config.bin %> <%= command.id %> warehouse --scope stock:write --scope orders:read --expires 90d --as kiln > key',
  ];
  static override args = { name: requiredArg('What it is for') };
  static override flags = {
    scope: Flags.string({
      summary: 'What it may do, once for each',
      options: keyScopes,
      multiple: true,
      multipleNonGreedy: true,
      required: true,
    }),
    expires: Flags.string({ summary: 'When it ends: a day, or 90d', helpValue: 'WHEN' }),
    vendor: vendorFlag('Of which vendor, where the profile works for another'),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(VendorKeyCreate);
    const { api, vendorId } = await this.connectFor(flags);
    const { name } = args;
    const { expires, scope: scopes } = flags;
    const expiresAt =
      expires === undefined
        ? undefined
        : parseMomentOrSpan(expires, Date.parse((await readClock(api)).now));
    const created = await createKey(api, vendorId, { name, scopes, expiresAt });
    if (created.key !== null) this.show(created.key);
    this.tell('Keep it: it is not shown again. Send it as: Authorization: Bearer KEY');
    return created;
  }
}
