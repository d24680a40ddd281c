import { ApiCommand } from '../api-command.ts';
import { standingOf, whoAmI } from '../operations/whoami.ts';

export default class Whoami extends ApiCommand {
  static override summary = 'Show who the profile is, and where';
  static override examples = ['<%= config.bin %> <%= command.id %> --as kiln'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Whoami);
    const { api, settings } = await this.connect(flags);
    const me = await whoAmI(api);
    const { url, profile } = settings;
    this.showProperties([
      ['Profile', profile],
      ['At', url],
      ['As', standingOf(me)],
      ['E-mail', me.email],
      ['Name', me.name],
      ['User', me.userId],
      ['Vendor', me.vendor?.vendorId],
    ]);
    return { ...me, profile, url };
  }
}
