import { ApiCommand } from '../api-command.ts';
import { logout } from '../operations/login.ts';

export default class Logout extends ApiCommand {
  static override summary = 'End the session of a profile, here and at the marketplace';

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Logout);
    const { api, settings, credentials } = await this.connect(flags, { anonymous: true });
    const loggedOut = await logout(api, credentials);
    const { profile, url } = settings;
    this.tell(loggedOut ? `Logged out of "${profile}".` : `"${profile}" was not logged in at ${url}.`);
    return { profile, url, loggedOut };
  }
}
