import { Flags } from '@oclif/core';
import { ManifestsCommand } from '../../manifests-command.ts';
import {
  manifestFailure,
  type Problem,
  type Validated,
  withManifests,
} from '../../operations/manifests.ts';
import { counted } from '../../ui/text.ts';

export default class ManifestsValidate extends ManifestsCommand {
  static override summary = 'Check what the cluster would be told, without a cluster';
  static override description =
    'Fields and values by the schemas of their kinds, everything that one object names of another, ' +
    'network rules against the topology, quotas, and the admission policies. Ends with 1 where ' +
    'something is wrong; --strict takes warnings, such as a digest that nobody looked up, for wrong.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --env production --strict',
  ];
  static override flags = {
    env: ManifestsCommand.envFlag,
    strict: Flags.boolean({ summary: 'Take warnings for wrong' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ManifestsValidate);
    const environments = await withManifests(this.repositoryDir, (manifests) =>
      manifests.validate(flags.env),
    );
    for (const one of environments) this.summarize(one);
    const warnings = once(environments.flatMap((one) => one.warnings));
    const problems = once(environments.flatMap((one) => one.problems));
    const wrong = flags.strict ? [...problems, ...warnings] : problems;
    if (wrong.length > 0) throw manifestFailure(wrong);
    for (const { where, what, remedy } of warnings) this.tell(`note: ${where}: ${what} ${remedy}`);
    return { environments };
  }

  private summarize({ environment, objects, problems, warnings }: Validated): void {
    const found = `${counted(problems.length, 'problem')}, ${counted(warnings.length, 'warning')}`;
    this.show(`${environment}: ${counted(objects, 'object')}, ${found}`);
  }
}

/** What is wrong in every environment is told once. */
function once(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [`${one.where} ${one.what}`, one])).values()];
}
