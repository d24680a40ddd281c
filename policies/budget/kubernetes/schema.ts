import { z } from 'zod';

// What the budget reads of Kubernetes' objects. Unknown fields pass: judging the rest is the work
// of `mkt manifests validate`.

const labels = z.record(z.string(), z.string());
const amounts = z.record(z.string(), z.union([z.string(), z.number()]));
const resources = z
  .looseObject({ requests: amounts.optional(), limits: amounts.optional() })
  .optional();

const requirement = z.looseObject({
  key: z.string(),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']),
  values: z.array(z.string()).optional(),
});
export type Requirement = z.infer<typeof requirement>;

const labelSelector = z.looseObject({
  matchLabels: labels.optional(),
  matchExpressions: z.array(requirement).optional(),
});
export type LabelSelector = z.infer<typeof labelSelector>;

const nodeSelectorTerm = z.looseObject({
  matchExpressions: z.array(requirement).optional(),
  matchFields: z.array(requirement).optional(),
});
export type NodeSelectorTerm = z.infer<typeof nodeSelectorTerm>;

const podAffinityTerm = z.looseObject({
  labelSelector: labelSelector.optional(),
  topologyKey: z.string(),
  namespaces: z.array(z.string()).optional(),
  namespaceSelector: labelSelector.optional(),
  matchLabelKeys: z.array(z.string()).optional(),
  mismatchLabelKeys: z.array(z.string()).optional(),
});
export type PodAffinityTerm = z.infer<typeof podAffinityTerm>;

const required = <Term extends z.ZodType>(term: Term) =>
  z
    .looseObject({ requiredDuringSchedulingIgnoredDuringExecution: z.array(term).optional() })
    .optional();

const toleration = z.looseObject({
  key: z.string().optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
});
export type Toleration = z.infer<typeof toleration>;

const spread = z.looseObject({
  maxSkew: z.number().int().positive(),
  topologyKey: z.string(),
  whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
  labelSelector: labelSelector.optional(),
  matchLabelKeys: z.array(z.string()).optional(),
  minDomains: z.number().int().positive().optional(),
  nodeAffinityPolicy: z.enum(['Honor', 'Ignore']).optional(),
  nodeTaintsPolicy: z.enum(['Honor', 'Ignore']).optional(),
});
export type Spread = z.infer<typeof spread>;

const container = z.looseObject({
  name: z.string(),
  image: z.string().optional(),
  restartPolicy: z.string().optional(),
  resources,
  ports: z
    .array(
      z.looseObject({
        containerPort: z.number().int().optional(),
        hostPort: z.number().int().optional(),
        protocol: z.string().optional(),
        hostIP: z.string().optional(),
      }),
    )
    .optional(),
});
export type Container = z.infer<typeof container>;

export const podSpec = z.looseObject({
  containers: z.array(container).min(1),
  initContainers: z.array(container).optional(),
  overhead: amounts.optional(),
  resources,
  nodeName: z.string().optional(),
  nodeSelector: labels.optional(),
  tolerations: z.array(toleration).optional(),
  affinity: z
    .looseObject({
      nodeAffinity: z
        .looseObject({
          requiredDuringSchedulingIgnoredDuringExecution: z
            .looseObject({ nodeSelectorTerms: z.array(nodeSelectorTerm).min(1) })
            .optional(),
        })
        .optional(),
      podAffinity: required(podAffinityTerm),
      podAntiAffinity: required(podAffinityTerm),
    })
    .optional(),
  topologySpreadConstraints: z.array(spread).optional(),
  priorityClassName: z.string().optional(),
  hostNetwork: z.boolean().optional(),
  volumes: z
    .array(
      z.looseObject({
        name: z.string(),
        persistentVolumeClaim: z.looseObject({ claimName: z.string() }).optional(),
      }),
    )
    .optional(),
});
export type PodSpec = z.infer<typeof podSpec>;

export const podTemplate = z.looseObject({
  metadata: z.looseObject({ labels: labels.optional(), annotations: labels.optional() }).optional(),
  spec: podSpec,
});
export type PodTemplate = z.infer<typeof podTemplate>;

export const claimSpec = z.looseObject({
  accessModes: z.array(z.string()).optional(),
  storageClassName: z.string().optional(),
  resources,
});
export type ClaimSpec = z.infer<typeof claimSpec>;
