import { ApiCommand } from '../api-command.ts';
import { logout } from '../operations/login.ts';

export default class Logout extends ApiCommand {
  static override summary = 'End the session of a profile, here and at the marketplace';
  static override examples = ['<%= config.bin %> <%= command.id %> --as kiln'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Logout);
    const { settings, ...parts } = await this.connect(flags);
    const loggedOut = await logout(parts);
    const { profile, url } = settings;
    this.tell(
      loggedOut ? `Logged out of "${profile}".` : `"${profile}" was not logged in at ${url}.`,
    );
    return { profile, url, loggedOut };
  }
}
