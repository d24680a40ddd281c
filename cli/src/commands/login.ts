import { Flags } from '@oclif/core';
import { ApiCommand } from '../api-command.ts';
import { beginAsGuest, login } from '../operations/login.ts';
import { readSecret, terminalPrompt } from '../ui/prompt.ts';

export default class Login extends ApiCommand {
  static override summary = 'Log in, and keep the session under a profile';
  static override description =
    'The password is asked for, or read from standard input; never a flag, which others can see.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --email operator@example.test --as operator',
    '<%= config.bin %> <%= command.id %> --guest --as guest',
    'echo "$PASSWORD" | <%= config.bin %> <%= command.id %> --email hana@example.test --password-stdin --vendor kiln-and-co --as kiln',
  ];
  static override flags = {
    email: Flags.string({ summary: 'Address of the account; asked for unless given' }),
    'password-stdin': Flags.boolean({ summary: 'Read the password from standard input' }),
    vendor: Flags.string({ summary: 'Work for this vendor', helpValue: 'SLUG' }),
    register: Flags.boolean({ summary: 'Open the account first' }),
    guest: Flags.boolean({
      summary: 'Shop without an account',
      exclusive: ['email', 'password-stdin', 'vendor', 'register'],
    }),
    name: Flags.string({
      summary: 'Name of the person whose account is opened',
      dependsOn: ['register'],
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Login);
    const { settings, ...parts } = await this.connect(flags);
    const { url, profile } = settings;
    if (flags.guest) {
      const guest = await beginAsGuest(parts);
      this.tell(`A guest at ${url}, profile "${profile}".`);
      return { ...guest, profile, url };
    }
    const prompt = terminalPrompt();
    const email = flags.email ?? (await prompt.text('E-mail address', '--email'));
    const registerAs = flags.register ? (flags.name ?? email.split('@')[0]) : undefined;
    const password = flags['password-stdin']
      ? await readSecret(process.stdin)
      : await prompt.password('Password', '--password-stdin');
    const done = await login(parts, { email, password, registerAs, vendor: flags.vendor });
    const role = done.vendor ? `${done.vendor.role} of ${done.vendor.name}` : undefined;
    const standing = role ?? (done.operator ? 'operator' : 'shopper');
    this.tell(`Logged in at ${url} as ${email} (${standing}), profile "${profile}".`);
    return { ...done, profile, url };
  }
}
