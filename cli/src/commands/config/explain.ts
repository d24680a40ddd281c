import { resolve } from 'node:path';
import { Args } from '@oclif/core';
import { exitCodes, Failure, usageFailure } from '../../failure.ts';
import { MktCommand } from '../../mkt-command.ts';
import { type ExplainedSetting, explainService } from '../../operations/config.ts';

export default class ConfigExplain extends MktCommand {
  static override summary =
    'Show every setting of a service or job: its value, its source, its meaning';
  static override description =
    'Values are those that a process started from this shell would get. Of secrets no more is ' +
    'shown than which server they are for. Ends with 1 where a setting is wrong or missing.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> order',
    'DATABASE_URL=postgres://… <%= config.bin %> <%= command.id %> gateway --json',
  ];
  static override args = {
    service: Args.string({
      description: 'Such as order, gateway, or the job reindex',
      required: true,
    }),
  };

  async run(): Promise<unknown> {
    const { args } = await this.parse(ConfigExplain);
    const repositoryDir = resolve(this.config.root, '..', '..');
    const { services, settings } = await explainService(repositoryDir, args.service);
    if (!settings) {
      const next = `One of ${services.join(', ')}.`;
      throw usageFailure(`There is no service or job named ${args.service}.`, next);
    }
    this.showTable<ExplainedSetting>(
      settings,
      [
        { title: 'SETTING', value: ({ name }) => name },
        { title: 'VALUE', value: ({ value }) => value, flexible: true },
        { title: 'FROM', value: ({ from }) => (from === 'nowhere' ? null : from) },
        { title: 'MEANING', value: ({ meaning }) => meaning, flexible: true },
      ],
      '',
    );
    const wrong = settings.filter(({ problem }) => problem !== null);
    if (wrong.length > 0 && !this.jsonEnabled()) throw wrongSettings(args.service, wrong);
    if (wrong.length > 0) process.exitCode = exitCodes.failed;
    return { service: args.service, settings };
  }
}

function wrongSettings(service: string, wrong: readonly ExplainedSetting[]): Failure {
  return new Failure(`${service} would not start with these settings.`, {
    code: 'CONFIGURATION_WRONG',
    details: wrong.map(({ name, problem }) => `${name}: ${problem}`),
    next: 'Set them in the environment and look again.',
  });
}
