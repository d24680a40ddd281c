import { exitCodes } from '../../failure.ts';
import { ManifestsCommand } from '../../manifests-command.ts';
import { withManifests } from '../../operations/manifests.ts';

export default class ManifestsDiff extends ManifestsCommand {
  static override summary = 'Show what rendering would change, without writing anything';
  static override description = 'Ends with 3 where something would change.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --env staging --json',
  ];
  static override flags = { env: ManifestsCommand.envFlag };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ManifestsDiff);
    const rendered = await withManifests(this.repositoryDir, (manifests) =>
      manifests.diff(this.repositoryDir, { environments: flags.env }),
    );
    this.showChanges(rendered.changes, 'Nothing would change.');
    if (rendered.changes.length > 0) process.exitCode = exitCodes.changesPending;
    return rendered;
  }
}
