import { Flags } from '@oclif/core';
import { createApiClient } from '../adapters/api-client.ts';
import { ApiCommand } from '../api-command.ts';
import { login } from '../operations/login.ts';
import { readSecret, terminalPrompt } from '../ui/prompt.ts';
import { fetchTransport } from '../adapters/transport.ts';

export default class Login extends ApiCommand {
  static override summary = 'Log in, and keep the session under a profile';
  static override description =
    'The password is asked for, or read from standard input; never a flag, which others can see.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --email operator@example.test',
    'echo "$PASSWORD" | <%= config.bin %> <%= command.id %> --email hana@example.test --password-stdin --vendor kiln-and-co --as kiln',
  ];
  static override flags = {
    email: Flags.string({ summary: 'Address of the account; asked for unless given' }),
    'password-stdin': Flags.boolean({ summary: 'Read the password from standard input' }),
    vendor: Flags.string({ summary: 'Work for this vendor', helpValue: 'SLUG' }),
    register: Flags.boolean({ summary: 'Open the account first' }),
    name: Flags.string({ summary: 'Name of the person, to open an account', dependsOn: ['register'] }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Login);
    const { settings, credentials } = await this.connect(flags);
    const prompt = terminalPrompt();
    const email = flags.email ?? (await prompt.text('E-mail address', '--email'));
    const registerAs = flags.register ? (flags.name ?? email.split('@')[0]) : undefined;
    const password = flags['password-stdin']
      ? await readSecret(process.stdin)
      : await prompt.password('Password', '--password-stdin');
    const transport = fetchTransport({ url: settings.url, say: (line) => this.tell(line) });
    // The session before this one ends only when the new one is there.
    const api = createApiClient({ ...settings, transport, credentials, anonymous: true });
    const done = await login(api, credentials, {
      email,
      password,
      registerAs,
      vendor: flags.vendor,
    });
    const role = done.vendor ? `${done.vendor.role} of ${done.vendor.name}` : undefined;
    const standing = role ?? (done.operator ? 'operator' : 'shopper');
    this.tell(`Logged in at ${settings.url} as ${email} (${standing}), profile "${settings.profile}".`);
    return { ...done, profile: settings.profile, url: settings.url };
  }
}
