import { Application } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application';
import type { Construct } from 'constructs';
import { labelsOf, waveAnnotation } from '../../constructs/labels.ts';
import { addModel } from '../../constructs/model.ts';
import { argoNamespace } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { type ProjectName, projectId } from './projects.ts';
import { clusterServer } from './server.ts';

export interface ApplicationFacts {
  readonly name: string;
  readonly project: ProjectName;
  /** Below the environment's folder. */
  readonly folder: string;
  readonly namespace: string;
  readonly wave: number;
}

/** One folder of rendered files, kept as it is in git. */
export function addApplication(scope: Construct, plan: Plan, facts: ApplicationFacts): void {
  const { name, project, folder, namespace, wave } = facts;
  const { repository } = plan.environment;
  const application = new Application({
    metadata: {
      name,
      namespace: argoNamespace,
      labels: labelsOf({ name, part: 'cluster' }),
      annotations: waveAnnotation(wave),
    },
    spec: {
      project: projectId(project),
      source: {
        repoURL: repository.url,
        targetRevision: repository.revision,
        path: `argocd/rendered/${plan.environment.name}/${folder}`,
      },
      destination: { server: clusterServer, namespace },
      revisionHistoryLimit: 5,
      syncPolicy: {
        automated: { prune: true, selfHeal: true, allowEmpty: false },
        syncOptions: [
          'ServerSideApply=true',
          'CreateNamespace=false',
          // What goes, goes after what comes is there.
          'PruneLast=true',
          // Not `RespectIgnoreDifferences`: what is ignored is then copied from what was last seen,
          // and the root would write an application's status back in the middle of its sync.
        ],
        retry: {
          limit: -1,
          // Without it a sync that fails is repeated with the broken commit, past its fix.
          refresh: true,
          backoff: { duration: '5s', factor: 2, maxDuration: '1m' },
        },
      },
    },
  });
  addModel(scope, name, application);
}
