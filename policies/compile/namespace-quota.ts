import {
  jobs as allJobs,
  services as allServices,
  type Context,
  type JobSpec,
  type ServiceSpec,
} from '@mkt/topology';

/** What a namespace may take. */
export interface NamespaceDemand {
  readonly pods: number;
  readonly cpuRequestMilli: number;
  readonly cpuLimitMilli: number;
  readonly memoryRequestMiB: number;
  readonly memoryLimitMiB: number;
  readonly claims: number;
  readonly storageGiB: number;
}

export interface NamespaceQuotaOptions {
  readonly services?: readonly ServiceSpec[];
  readonly jobs?: readonly JobSpec[];
  /** Pods of a Deployment above its replicas while one version replaces another. */
  readonly surge?: number;
  /** What runs there beside services and jobs. */
  readonly extra?: Partial<NamespaceDemand>;
  readonly namespace?: string;
}

const none: NamespaceDemand = {
  pods: 0,
  cpuRequestMilli: 0,
  cpuLimitMilli: 0,
  memoryRequestMiB: 0,
  memoryLimitMiB: 0,
  claims: 0,
  storageGiB: 0,
};

/**
 * What a context's services and jobs take at their worst moment: one image for all means that all of them
 * roll out at once, and a pod that was told to stop still counts when the next is asked for. A
 * quota without that room hangs a rollout, and nothing says why.
 */
export function namespaceDemand(
  context: Context,
  { services = allServices, jobs = allJobs, surge = 1, extra = {} }: NamespaceQuotaOptions = {},
): NamespaceDemand {
  const own = services.filter((service) => service.context === context);
  const rolling = own.map((service) => ({
    ...demandOf(service, mostReplicas(service) + surge),
    claims: service.filesGiB > 0 ? 1 : 0,
    storageGiB: service.filesGiB,
  }));
  const ending = own.map((service) => demandOf(service, 1)).reduce(larger, none);
  const nightly = jobs.filter(({ place }) => place === context).map((job) => demandOf(job, 1));
  return [...rolling, ending, ...nightly, { ...none, ...extra }].reduce(add, none);
}

export interface NamespaceQuota {
  readonly resourceQuota: object;
  readonly limitRange: object;
}

/** The ResourceQuota and the LimitRange of a context's namespace, as plain objects. */
export function namespaceQuota(
  context: Context,
  options: NamespaceQuotaOptions = {},
): NamespaceQuota {
  const { namespace = context, services = allServices, jobs = allJobs } = options;
  const demand = namespaceDemand(context, options);
  const own = [
    ...services.filter((service) => service.context === context),
    ...jobs.filter(({ place }) => place === context),
  ];
  const largest = own.map((one) => demandOf(one, 1)).reduce(larger, none);
  return {
    resourceQuota: {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'quota', namespace },
      spec: { hard: hardLimits(demand) },
    },
    limitRange: {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'limits', namespace },
      spec: {
        limits: [
          {
            type: 'Container',
            // For a container made by hand: a quota refuses one that states nothing.
            defaultRequest: { cpu: '20m', memory: '64Mi' },
            default: { cpu: '200m', memory: '128Mi' },
            max: {
              cpu: `${Math.max(largest.cpuLimitMilli, options.extra?.cpuLimitMilli ?? 0)}m`,
              memory: `${Math.max(largest.memoryLimitMiB, options.extra?.memoryLimitMiB ?? 0)}Mi`,
            },
          },
        ],
      },
    },
  };
}

const mostReplicas = ({ replicas, autoscale }: ServiceSpec): number =>
  Math.max(replicas, autoscale?.maxReplicas ?? 0);

function hardLimits(demand: NamespaceDemand): Readonly<Record<string, string>> {
  return {
    'requests.cpu': `${demand.cpuRequestMilli}m`,
    'requests.memory': `${demand.memoryRequestMiB}Mi`,
    'limits.cpu': `${demand.cpuLimitMilli}m`,
    'limits.memory': `${demand.memoryLimitMiB}Mi`,
    pods: String(demand.pods),
    persistentvolumeclaims: String(demand.claims),
    'requests.storage': `${demand.storageGiB}Gi`,
    // Each would be a load balancer or a port that nobody declared.
    'services.loadbalancers': '0',
    'services.nodeports': '0',
  };
}

const demandOf = (
  { resources }: Pick<ServiceSpec, 'resources'>,
  pods: number,
): NamespaceDemand => ({
  ...none,
  pods,
  cpuRequestMilli: pods * resources.cpuRequestMilli,
  cpuLimitMilli: pods * resources.cpuLimitMilli,
  memoryRequestMiB: pods * resources.memoryRequestMiB,
  memoryLimitMiB: pods * resources.memoryLimitMiB,
});

const add = (a: NamespaceDemand, b: NamespaceDemand): NamespaceDemand =>
  eachField((field) => a[field] + b[field]);

const larger = (a: NamespaceDemand, b: NamespaceDemand): NamespaceDemand =>
  eachField((field) => Math.max(a[field], b[field]));

function eachField(value: (field: keyof NamespaceDemand) => number): NamespaceDemand {
  const fields = Object.keys(none) as (keyof NamespaceDemand)[];
  const entries = fields.map((field) => [field, value(field)]);
  return Object.fromEntries(entries) as NamespaceDemand;
}
