import type { Labels } from './labels.ts';
import type { Amounts } from './quantity.ts';
import type { Place } from './read.ts';
import type { Schedule } from './schedule.ts';
import type { NodeSelectorTerm, PodAffinityTerm, Spread, Toleration } from './schema.ts';

export interface HostPort {
  readonly port: number;
  readonly protocol: string;
  readonly ip: string;
}

/** What a pod asks of the node it goes to. */
export interface PodNeeds {
  readonly namespace: string;
  readonly labels: Labels;
  readonly requests: Amounts;
  readonly limits: Amounts;
  readonly nodeName?: string;
  readonly nodeSelector: Labels;
  /** One of them has to match; undefined where any node will do. */
  readonly nodeTerms?: readonly NodeSelectorTerm[];
  readonly tolerations: readonly Toleration[];
  readonly affinity: readonly PodAffinityTerm[];
  readonly antiAffinity: readonly PodAffinityTerm[];
  /** Those that must hold (`DoNotSchedule`). */
  readonly spread: readonly Spread[];
  readonly hostPorts: readonly HostPort[];
  /** Names of claims in the namespace; a StatefulSet's templates are added for each pod. */
  readonly claims: readonly string[];
  readonly priority: number;
  /** Images of all containers. */
  readonly images: readonly string[];
}

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'CronJob' | 'Job' | 'Pod';

export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly replicas: number;
  /** The autoscaler's most; `replicas` where there is none. */
  readonly mostReplicas: number;
  /** Pods above the replicas while a new version comes in. */
  readonly surge: number;
  /** Argo CD's order; what is in one wave rolls out together. */
  readonly wave: number;
  readonly pod: PodNeeds;
  readonly claimTemplates: readonly Claim[];
  readonly run?: CronRun;
  readonly place?: Place;
}

export interface CronRun {
  readonly schedule: Schedule;
  readonly scheduleText: string;
  /** By the clock of the machine, or one that is not known here. */
  readonly isUtc: boolean;
  /** The longest one run may take; undefined where nothing ends it. */
  readonly deadlineSeconds?: number;
  /** A late run waits for the one before, or takes its place. */
  readonly isExclusive: boolean;
}

export interface Claim {
  readonly namespace: string;
  readonly name: string;
  readonly storageBytes: number;
  readonly storageClass?: string;
  readonly accessModes: readonly string[];
  readonly place?: Place;
}

export interface NamespaceQuota {
  readonly namespace: string;
  readonly name: string;
  readonly hard: Amounts;
  readonly place?: Place;
}

export interface DisruptionBudget {
  readonly namespace: string;
  readonly name: string;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly selector: Labels;
  readonly place?: Place;
}

/** `sales/order`, as people speak of it. */
export const workloadName = ({ namespace, name }: Pick<Workload, 'namespace' | 'name'>) =>
  `${namespace}/${name}`;
