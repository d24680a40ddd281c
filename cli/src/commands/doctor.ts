import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { thisMachine } from '../adapters/machine.ts';
import { readSettings } from '../adapters/settings.ts';
import { ApiCommand } from '../api-command.ts';
import { environment } from '../config.ts';
import { exitCodes } from '../failure.ts';
import { examine, type Finding } from '../operations/doctor.ts';

const words = { ok: 'ok', note: 'note', wrong: 'WRONG' } as const;
const colours = { ok: 'green', note: 'yellow', wrong: 'red' } as const;

export default class Doctor extends ApiCommand {
  static override summary = 'Check the machine, its ports and stores, and say how to mend them';
  static override description =
    'Looks at Node, packages, memory, PostgreSQL, Redis and MongoDB (by DATABASE_URL, REDIS_URL, ' +
    'MONGODB_URL where they are set), the data folder, the disk, the port and the marketplace. ' +
    'Changes nothing. Exits 1 where something is wrong; a note stops nobody.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'DATABASE_URL=postgresql://localhost/shop <%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = {
    data: Flags.string({
      summary: 'Data folder to look at; .mkt/data in the clone unless given',
      env: 'MKT_DATA',
      helpValue: 'DIR',
    }),
    port: Flags.integer({
      summary: 'Port to look at',
      env: 'MKT_PORT',
      default: 8080,
      min: 1,
      max: 65_535,
    }),
    host: Flags.string({ summary: 'Address to look at', env: 'MKT_HOST', default: '127.0.0.1' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Doctor);
    const { configDir } = this.config;
    const repositoryDir = resolve(this.config.root, '..', '..');
    const given = { url: flags.url, as: flags.as };
    const { url } = await readSettings({ given, workingDir: process.cwd(), configDir });
    const findings = await examine(thisMachine(repositoryDir, environment()), {
      ...{ url, configDir, host: flags.host, port: flags.port },
      dataDir: resolve(flags.data ?? `${repositoryDir}/.mkt/data`),
    });
    this.showFindings(findings);
    const wrong = findings.filter(({ state }) => state === 'wrong');
    if (wrong.length > 0) process.exitCode = exitCodes.failed;
    return { ok: wrong.length === 0, checks: findings };
  }

  private showFindings(findings: readonly Finding[]): void {
    const paint = (state: Finding['state'], text: string) =>
      this.terminal.styleOut(colours[state], text);
    for (const { name, state, found, fix } of findings) {
      this.show(`${name.padEnd(12)} ${paint(state, words[state].padEnd(5))}  ${found}`);
      if (fix !== undefined && state !== 'ok') this.show(`${''.padEnd(20)}fix: ${fix}`);
    }
    const wrong = findings.filter(({ state }) => state === 'wrong').length;
    this.tell(wrong === 0 ? 'Nothing is wrong.' : `${wrong} of ${findings.length} are wrong.`);
  }
}
