import { ManifestsCommand } from '../../manifests-command.ts';
import { withManifests } from '../../operations/manifests.ts';

export default class ManifestsRender extends ManifestsCommand {
  static override summary = 'Write what the cluster is told, made of the topology';
  static override description =
    'Writes argocd/rendered/<environment>/, which Argo CD syncs. A tree is written beside the old ' +
    'one and takes its place when it is whole.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --env production',
  ];
  static override flags = { env: ManifestsCommand.envFlag };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ManifestsRender);
    const rendered = await withManifests(this.repositoryDir, (manifests) =>
      manifests.render(this.repositoryDir, flags.env),
    );
    this.showChanges(rendered.changes, 'Nothing changed.');
    return rendered;
  }
}
