import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import type { Plan } from '../plan/plan.ts';
import { labelsOf, metadataIn, type Owned, selectorOf } from './labels.ts';
import { podDefaults } from './pod.ts';
import { waves } from './waves.ts';

/** Work that is done at night, and everything it needs. */
export interface NightJob {
  readonly owned: Owned & { readonly part: Parameters<Plan['namespaceOf']>[0] };
  /** Cron, in UTC. */
  readonly schedule: string;
  readonly deadlineSeconds: number;
  /** How often it is tried again after a failure. */
  readonly retries: number;
  readonly user?: number;
  /** What the pod has beside what every pod of ours has. */
  readonly pod: Pick<k8s.PodSpec, 'containers' | 'initContainers' | 'volumes'>;
  readonly egress: readonly k8s.NetworkPolicyEgressRule[];
}

/** A start that was missed (the node was away) is made up for within this. */
const startingDeadlineSeconds = 3_600;

export function addNightJob(scope: Construct, plan: Plan, job: NightJob): void {
  const { owned, user } = job;
  const metadata = (wave: number) => metadataIn(plan, owned, wave);
  new k8s.KubeNetworkPolicy(scope, `${owned.name}-network`, {
    metadata: metadata(waves.policies),
    spec: {
      podSelector: { matchLabels: selectorOf(owned.name) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [...job.egress],
    },
  });
  new k8s.KubeServiceAccount(scope, `${owned.name}-account`, {
    metadata: metadata(waves.config),
    automountServiceAccountToken: false,
  });
  new k8s.KubeCronJob(scope, owned.name, {
    metadata: metadata(waves.programs),
    spec: {
      schedule: job.schedule,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: job.retries,
          activeDeadlineSeconds: job.deadlineSeconds,
          template: {
            metadata: { labels: labelsOf(owned) },
            spec: {
              ...podDefaults({ name: owned.name, priority: 'batch', ...(user ? { user } : {}) }),
              restartPolicy: 'Never',
              ...job.pod,
            },
          },
        },
      },
    },
  });
}
