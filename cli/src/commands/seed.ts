import { resolve } from 'node:path';
import { refreshedSession } from '../adapters/session-refresh.ts';
import { ApiCommand, type Connection } from '../api-command.ts';
import { type DemoSeed, isSeeded, loadDemoSeed, seedFailure } from '../operations/seed.ts';
import { progressBar } from '../ui/progress.ts';

const dayMs = 86_400_000;

export default class Seed extends ApiCommand {
  static override summary = 'Fill an empty marketplace that runs with the demo';
  static override description =
    'Three vendors, their catalogues, shoppers and two months of trade, made over the API as any ' +
    'client would. The past cannot be told backwards, so the business clock ends 60 days ahead. ' +
    'Where the demo is there already, nothing is changed. (`mkt dev` on a new folder makes it too.)';
  static override examples = [
    './mkt dev --empty --data /tmp/shop, and in another terminal:',
    '<%= config.bin %> <%= command.id %> --as operator',
  ];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Seed);
    const connection = await this.connect(flags);
    const { url } = connection.settings;
    const demo = await loadDemoSeed(resolve(this.config.root, '..', '..'));
    if (await isSeeded(connection.api, demo)) {
      this.tell('The demo is there already: nothing was changed.');
      return { url, seeded: false };
    }
    await this.fill(connection, demo);
    this.tell(`The demo is there. The business clock is ${demo.demoPastMs / dayMs} days ahead.`);
    for (const { who, email, password } of demo.seededCredentials) {
      this.show(`Demo ${who.padEnd(18)} ${email} / ${password}`);
    }
    return { url, seeded: true };
  }

  private async fill(connection: Connection, demo: DemoSeed): Promise<void> {
    const { settings, transport, credentials } = connection;
    const session = await credentials.read();
    if (!session) throw new Error('Who may see this has a session');
    // A token that is new lasts to the end.
    const parts = { transport, profile: settings.profile, now: Date.now };
    const { accessToken: operator } = await refreshedSession(credentials, session, parts);
    let bar: { part: string; report(done: number): void; stop(): void } | undefined;
    const progress = (part: string, done: number, total: number) => {
      if (this.isQuiet) return;
      if (bar?.part !== part) {
        bar?.stop();
        const options = { label: part, total, format: (count: number) => String(count) };
        bar = { part, ...progressBar(this.terminal, options) };
      }
      bar.report(done);
    };
    try {
      await demo.seedOverHttp({ url: settings.url, operator, progress });
    } catch (error) {
      throw seedFailure(error);
    } finally {
      bar?.stop();
    }
  }
}
