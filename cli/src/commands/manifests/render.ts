import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
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
    '<%= config.bin %> <%= command.id %> --into ../copy --repository file:///srv/git/copy',
  ];
  static override flags = {
    env: ManifestsCommand.envFlag,
    into: Flags.directory({
      summary: 'Root of another checkout to write into; this one unless given',
      exists: true,
    }),
    repository: Flags.string({
      summary: "Where Argo CD reads it; the environment's repository unless given",
      dependsOn: ['into'],
    }),
    revision: Flags.string({
      summary: "Branch or tag that it reads; the environment's unless given",
      dependsOn: ['into'],
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ManifestsRender);
    const rendered = await withManifests(this.repositoryDir, (manifests) =>
      manifests.render(flags.into ? resolve(flags.into) : this.repositoryDir, {
        environments: flags.env,
        repository: {
          ...(flags.repository ? { url: flags.repository } : {}),
          ...(flags.revision ? { revision: flags.revision } : {}),
        },
      }),
    );
    this.showChanges(rendered.changes, 'Nothing changed.');
    return rendered;
  }
}
