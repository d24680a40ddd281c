import type { Kind } from './kinds.ts';
import { podNeeds } from './pod-needs.ts';
import { type ContainerDefaults, noDefaults } from './pod-requests.ts';
import { parseQuantity } from './quantity.ts';
import { type Fault, nameOf, namespaceOf, type Place, placeOf, type Read } from './read.ts';
import { parseSchedule } from './schedule.ts';
import type { ClaimSpec, PodTemplate } from './schema.ts';
import type { Claim, Workload } from './workload.ts';

export type ReadOf<K extends Kind> = Extract<Read, { kind: K }>;

/** What the objects of a cluster say about each other. */
export interface ReadContext {
  readonly defaultsOf: (namespace: string) => ContainerDefaults | undefined;
  readonly priorityOf: (className: string | undefined) => number | undefined;
  readonly autoscalers: readonly ReadOf<'HorizontalPodAutoscaler'>[];
  /** Takes what cannot be read. */
  readonly refuse: (fault: Fault) => void;
}

const waveAnnotation = 'argocd.argoproj.io/sync-wave';

/** The pods that an object brings, with how many of them there may be. */
export function workloadOf(read: Read, context: ReadContext): Workload | undefined {
  switch (read.kind) {
    case 'Deployment':
      return deployment(read, context);
    case 'StatefulSet':
      return statefulSet(read, context);
    case 'DaemonSet':
      // One for each node that it may run on; how many those are is decided when placing.
      return workload(read, read.value.spec.template, { replicas: 1, context });
    case 'Job': {
      const { parallelism = 1, completions, suspend, template } = read.value.spec;
      const replicas = suspend ? 0 : Math.min(parallelism, completions ?? parallelism);
      return workload(read, template, { replicas, context });
    }
    case 'CronJob':
      return cronJob(read, context);
    case 'Pod': {
      const { metadata, spec } = read.value;
      return workload(read, { metadata, spec }, { replicas: 1, context });
    }
    default:
      return undefined;
  }
}

interface Count {
  readonly replicas: number;
  readonly surge?: (replicas: number) => number;
  readonly context: ReadContext;
}

function workload(
  read: Read & { readonly kind: Workload['kind'] },
  template: PodTemplate,
  { replicas, surge = () => 0, context }: Count,
): Workload {
  const { metadata } = read.value;
  const namespace = namespaceOf(read);
  const scaler = context.autoscalers.find(
    (one) =>
      namespaceOf(one) === namespace &&
      one.value.spec.scaleTargetRef.kind === read.kind &&
      one.value.spec.scaleTargetRef.name === metadata.name,
  )?.value.spec;
  const steady = Math.max(replicas, scaler ? (scaler.minReplicas ?? 1) : 0);
  const { needs, wrong } = podNeeds(template, {
    namespace,
    defaults: context.defaultsOf(namespace) ?? noDefaults,
    priorityOf: context.priorityOf,
  });
  for (const what of wrong) {
    context.refuse({ ...placeOf(read), what: `${nameOf(read)}: ${what}` });
  }
  return {
    kind: read.kind,
    namespace,
    name: metadata.name,
    labels: metadata.labels ?? {},
    replicas: steady,
    mostReplicas: Math.max(steady, scaler?.maxReplicas ?? 0),
    surge: surge(steady),
    wave: Number(metadata.annotations?.[waveAnnotation] ?? 0) || 0,
    pod: needs,
    claimTemplates: [],
    place: placeOf(read),
  };
}

function deployment(read: ReadOf<'Deployment'>, context: ReadContext): Workload {
  const { replicas = 1, strategy, template } = read.value.spec;
  const most = strategy?.rollingUpdate?.maxSurge ?? '25%';
  const surge = (count: number) => (strategy?.type === 'Recreate' ? 0 : shareOf(most, count));
  return workload(read, template, { replicas, surge, context });
}

/** `25%` of the replicas, rounded up as for a surge, or a number of pods. */
const shareOf = (written: string | number, replicas: number) =>
  typeof written === 'number'
    ? written
    : Math.ceil((replicas * Number.parseInt(written, 10)) / 100);

function statefulSet(read: ReadOf<'StatefulSet'>, context: ReadContext): Workload {
  const { replicas = 1, template, volumeClaimTemplates = [] } = read.value.spec;
  const claimTemplates = volumeClaimTemplates.map(({ metadata, spec }) =>
    claimOf(read, { name: metadata.name, spec }, context),
  );
  return { ...workload(read, template, { replicas, context }), claimTemplates };
}

function cronJob(read: ReadOf<'CronJob'>, context: ReadContext): Workload | undefined {
  const { schedule: scheduleText, timeZone = 'UTC', suspend, jobTemplate } = read.value.spec;
  const { parallelism = 1, activeDeadlineSeconds, template } = jobTemplate.spec;
  const schedule = parseSchedule(scheduleText);
  if (!schedule) {
    const what = `${nameOf(read)}: "${scheduleText}" is no schedule of cron`;
    context.refuse({ ...placeOf(read), what });
    return undefined;
  }
  return {
    ...workload(read, template, { replicas: suspend ? 0 : parallelism, context }),
    run: {
      schedule,
      scheduleText,
      isUtc: ['UTC', 'Etc/UTC', 'GMT'].includes(timeZone),
      isExclusive: (read.value.spec.concurrencyPolicy ?? 'Allow') !== 'Allow',
      ...(activeDeadlineSeconds === undefined ? {} : { deadlineSeconds: activeDeadlineSeconds }),
    },
  };
}

/** A claim, or the template of one, that an object brings. */
export function claimOf(
  read: Read,
  { name, spec }: { readonly name: string; readonly spec: ClaimSpec },
  { refuse }: Pick<ReadContext, 'refuse'>,
): Claim {
  const place: Place = placeOf(read);
  const namespace = namespaceOf(read);
  const written = spec.resources?.requests?.['storage'];
  const storageBytes = written === undefined ? undefined : parseQuantity(written, 0);
  if (storageBytes === undefined) {
    refuse({ ...place, what: `claim ${namespace}/${name}: resources.requests.storage` });
  }
  return {
    namespace,
    name,
    storageBytes: storageBytes ?? 0,
    accessModes: spec.accessModes ?? [],
    ...(spec.storageClassName === undefined ? {} : { storageClass: spec.storageClassName }),
    place,
  };
}
