import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { MktCommand } from './mkt-command.ts';
import type { FileChange } from './operations/manifests.ts';

/** A command about what the cluster is told. */
export abstract class ManifestsCommand extends MktCommand {
  static envFlag = Flags.string({
    summary: 'Only this environment; may be given more than once',
    multiple: true,
    env: 'MKT_ENVIRONMENT',
  });

  protected get repositoryDir(): string {
    return resolve(this.config.root, '..', '..');
  }

  protected showChanges(changes: readonly FileChange[], whenEmpty: string): void {
    this.showTable<FileChange>(
      changes,
      [
        { title: 'CHANGE', value: ({ change }) => change },
        {
          title: 'LINES',
          value: ({ linesAdded, linesRemoved }) => `+${linesAdded} -${linesRemoved}`,
        },
        { title: 'FILE', value: ({ path }) => `argocd/rendered/${path}` },
      ],
      whenEmpty,
    );
  }
}
