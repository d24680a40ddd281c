import { Command, Flags } from '@oclif/core';
import { reportBug } from './adapters/bug-report.ts';
import { Failure } from './failure.ts';
import { failureJson, failureOfError, plannedExit } from './ui/render-failure.ts';
import { type Column, properties, table } from './ui/table.ts';
import { processTerminal, type Terminal } from './ui/terminal.ts';

/** The shape of every `--json` answer; the version changes when a field's meaning does. */
export interface SuccessJson {
  readonly version: 1;
  readonly data: unknown;
}

/** What every command has: `--json`, `-q`, data on standard output, the rest on standard error. */
export abstract class MktCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    quiet: Flags.boolean({
      char: 'q',
      summary: 'Say nothing but results and errors',
      helpGroup: 'GLOBAL',
    }),
  };

  protected readonly terminal: Terminal = processTerminal();

  /** Data for people; `--json` has its own. */
  protected show(text: string): void {
    if (!this.jsonEnabled()) this.terminal.out(`${text}\n`);
  }

  protected showTable<Row>(
    rows: readonly Row[],
    columns: readonly Column<Row>[],
    whenEmpty: string,
  ): void {
    if (rows.length === 0) {
      if (whenEmpty !== '') this.tell(whenEmpty);
      return;
    }
    const { outColumns, styleOut } = this.terminal;
    const emphasize = (title: string) => styleOut('bold', title);
    this.show(table(rows, columns, { width: outColumns, emphasize }));
  }

  protected showProperties(entries: Parameters<typeof properties>[0]): void {
    this.show(properties(entries, (name) => this.terminal.styleOut('bold', name)));
  }

  /** Something about the work, for whoever is watching. */
  protected tell(line: string): void {
    if (!this.isQuiet) this.terminal.err(`${line}\n`);
  }

  protected get isQuiet(): boolean {
    const end = this.argv.indexOf('--');
    const own = end === -1 ? this.argv : this.argv.slice(0, end);
    return own.includes('--quiet') || own.some((word) => /^-[a-z]*q[a-z]*$/i.test(word));
  }

  override async init(): Promise<void> {
    await super.init();
    process.once('SIGINT', this.onInterrupt);
  }

  /** Nothing half-written is left behind: files are replaced whole, changes are the server's. */
  protected onInterrupt = (): void => {
    process.exit(130);
  };

  override toSuccessJson(data: unknown): SuccessJson {
    return { version: 1, data };
  }

  override toErrorJson(error: unknown): unknown {
    return error instanceof Failure ? failureJson(error) : error;
  }

  override logJson(json: unknown): void {
    this.terminal.out(`${JSON.stringify(json, null, 2)}\n`);
  }

  override async catch(error: Error): Promise<void> {
    if (plannedExit(error) !== undefined || !this.jsonEnabled()) throw error;
    const command = this.id?.replaceAll(':', ' ') ?? '';
    const known = failureOfError(error, command);
    const failure = known ?? reportBug(error, { configDir: this.config.configDir, command });
    this.logJson(this.toErrorJson(failure));
    process.exitCode = failure.exit;
  }
}
