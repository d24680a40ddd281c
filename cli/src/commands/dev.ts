import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { exitCodes, Failure } from '../failure.ts';
import { MktCommand } from '../mkt-command.ts';
import { loadRunDev, type RunningDev, StopRequest, stopSignals } from '../operations/dev.ts';
import { watchAndRun } from '../operations/watch.ts';

export default class Dev extends MktCommand {
  static override summary = 'Run the whole marketplace on this machine, with all that it needs';
  static override description =
    'The first start on a new data folder makes the demo marketplace. Ctrl-C stops it. With ' +
    '--connected or --processes the stores are those that DATABASE_URL, REDIS_URL and ' +
    'MONGODB_URL name; what none names is started here where it is installed, and the output ' +
    'says so. SMTP_URL and other settings (mkt config explain) count in every shape.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --data /tmp/shop --port 9000 --empty',
    '<%= config.bin %> <%= command.id %> --processes',
  ];
  static override flags = {
    data: Flags.string({
      summary: 'Folder of everything that survives a restart; .mkt/data in the clone unless given',
      env: 'MKT_DATA',
      helpValue: 'DIR',
    }),
    port: Flags.integer({
      summary: 'Port to listen on; 0 takes a free one',
      env: 'MKT_PORT',
      default: 8080,
      min: 0,
      max: 65_535,
    }),
    host: Flags.string({ summary: 'Address to listen on', env: 'MKT_HOST', default: '127.0.0.1' }),
    connected: Flags.boolean({
      summary: 'Run in one process on real stores: PostgreSQL, Redis, MongoDB',
      default: false,
      exclusive: ['processes'],
    }),
    processes: Flags.boolean({
      summary: 'Run each service in a process of its own, looked after by this one',
      default: false,
    }),
    empty: Flags.boolean({ summary: 'Leave the demo out', default: false }),
    watch: Flags.boolean({ summary: 'Start anew whenever a source changes', default: false }),
  };

  private readonly request = new StopRequest();
  private running: RunningDev | undefined;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Dev);
    const repositoryDir = resolve(this.config.root, '..', '..');
    if (flags.watch) return this.watch(repositoryDir);
    for (const signal of stopSignals) process.on(signal, this.onSignal);
    const runDev = await loadRunDev(repositoryDir);
    this.running = await runDev({
      shape: flags.processes ? 'processes' : flags.connected ? 'connected' : 'embedded',
      dataDir: resolve(flags.data ?? `${repositoryDir}/.mkt/data`),
      port: flags.port,
      host: flags.host,
      empty: flags.empty,
      print: (line) => this.announce(line),
      printLog: (line) => this.terminal.err(`${line}\n`),
    });
    if (this.jsonEnabled()) this.logJson(this.toSuccessJson({ url: this.running.url }));
    if (this.stopAsked) await this.running.stop();
    await this.running.stopped;
    if (!this.stopAsked) throw endedByItself();
    this.tell('Stopped.');
    return undefined;
  }

  private stopAsked = false;

  private readonly onSignal = (): void => {
    const answer = this.request.take();
    if (answer === 'leave') process.exit(exitCodes.interrupted);
    if (answer === 'ignore') return;
    this.stopAsked = true;
    this.tell(this.running ? 'Stopping.' : 'Stopping as soon as it has started.');
    this.running?.stop().catch((error: unknown) => {
      this.terminal.err(`It did not stop cleanly: ${String(error)}\n`);
      process.exit(exitCodes.failed);
    });
  };

  /** Signals end the marketplace first. */
  protected override onInterrupt = (): void => {};

  private announce(line: string): void {
    if (this.jsonEnabled()) this.tell(line);
    else this.show(line);
  }

  private async watch(repositoryDir: string): Promise<undefined> {
    const args = process.argv.slice(2).filter((word) => word !== '--watch');
    const program = process.argv[1] ?? '';
    process.exitCode = await watchAndRun({ repositoryDir, program, args });
    return undefined;
  }
}

function endedByItself(): Failure {
  return new Failure('The marketplace ended by itself: its database is gone.', {
    code: 'DATABASE_GONE',
    next: 'Start it again: it recovers what was acknowledged.',
  });
}
