import { z } from 'zod';
import { claimSpec, podSpec, podTemplate } from './schema.ts';

const metadata = z.looseObject({
  name: z.string().min(1),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const object = <Kind extends string, Shape extends z.core.$ZodLooseShape>(
  kind: Kind,
  shape: Shape,
) => z.looseObject({ apiVersion: z.string(), kind: z.literal(kind), metadata, ...shape });

const count = z.number().int().nonnegative();
const countOrShare = z.union([count, z.string().regex(/^\d{1,3}%$/)]);
const amounts = z.record(z.string(), z.union([z.string(), z.number()]));
const rolling = z
  .looseObject({ maxSurge: countOrShare.optional(), maxUnavailable: countOrShare.optional() })
  .optional();
const jobSpec = z.looseObject({
  parallelism: count.optional(),
  completions: count.optional(),
  activeDeadlineSeconds: z.number().positive().optional(),
  suspend: z.boolean().optional(),
  template: podTemplate,
});

/** The kinds that take room or say how much of it may be taken. */
export const schemas = {
  Deployment: object('Deployment', {
    spec: z.looseObject({
      replicas: count.optional(),
      strategy: z
        .looseObject({
          type: z.enum(['RollingUpdate', 'Recreate']).optional(),
          rollingUpdate: rolling,
        })
        .optional(),
      template: podTemplate,
    }),
  }),
  StatefulSet: object('StatefulSet', {
    spec: z.looseObject({
      replicas: count.optional(),
      template: podTemplate,
      volumeClaimTemplates: z.array(z.looseObject({ metadata, spec: claimSpec })).optional(),
    }),
  }),
  DaemonSet: object('DaemonSet', {
    spec: z.looseObject({
      updateStrategy: z.looseObject({ rollingUpdate: rolling }).optional(),
      template: podTemplate,
    }),
  }),
  Job: object('Job', { spec: jobSpec }),
  CronJob: object('CronJob', {
    spec: z.looseObject({
      schedule: z.string(),
      timeZone: z.string().optional(),
      concurrencyPolicy: z.enum(['Allow', 'Forbid', 'Replace']).optional(),
      suspend: z.boolean().optional(),
      jobTemplate: z.looseObject({ spec: jobSpec }),
    }),
  }),
  Pod: object('Pod', { spec: podSpec }),
  PersistentVolumeClaim: object('PersistentVolumeClaim', { spec: claimSpec }),
  HorizontalPodAutoscaler: object('HorizontalPodAutoscaler', {
    spec: z.looseObject({
      scaleTargetRef: z.looseObject({ kind: z.string(), name: z.string() }),
      minReplicas: count.optional(),
      maxReplicas: count,
    }),
  }),
  PodDisruptionBudget: object('PodDisruptionBudget', {
    spec: z.looseObject({
      minAvailable: countOrShare.optional(),
      maxUnavailable: countOrShare.optional(),
      selector: z
        .looseObject({ matchLabels: z.record(z.string(), z.string()).optional() })
        .optional(),
    }),
  }),
  ResourceQuota: object('ResourceQuota', { spec: z.looseObject({ hard: amounts.optional() }) }),
  LimitRange: object('LimitRange', {
    spec: z.looseObject({
      limits: z.array(
        z.looseObject({
          type: z.string(),
          default: amounts.optional(),
          defaultRequest: amounts.optional(),
        }),
      ),
    }),
  }),
  PriorityClass: object('PriorityClass', {
    value: z.number().int(),
    globalDefault: z.boolean().optional(),
  }),
  Namespace: object('Namespace', {}),
  Service: object('Service', {
    spec: z
      .looseObject({ type: z.string().optional(), ports: z.array(z.unknown()).optional() })
      .optional(),
  }),
  StorageClass: object('StorageClass', {}),
} as const;

export type Kind = keyof typeof schemas;
export type ObjectOf<K extends Kind> = z.infer<(typeof schemas)[K]>;
