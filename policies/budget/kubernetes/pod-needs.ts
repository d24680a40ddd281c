import { type ContainerDefaults, podAmounts } from './pod-requests.ts';
import type { PodTemplate } from './schema.ts';
import type { HostPort, PodNeeds } from './workload.ts';

export interface PodContext {
  readonly namespace: string;
  readonly defaults: ContainerDefaults;
  /** Undefined names the priority of pods that name no class. */
  readonly priorityOf: (className: string | undefined) => number | undefined;
}

/** What the scheduler reads of a pod's template, and what of it cannot be read. */
export function podNeeds(
  { metadata, spec }: PodTemplate,
  { namespace, defaults, priorityOf }: PodContext,
): { readonly needs: PodNeeds; readonly wrong: readonly string[] } {
  const { requests, limits, wrong } = podAmounts(spec, defaults);
  const { nodeAffinity, podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const nodeTerms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const priority = priorityOf(spec.priorityClassName);
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const needs: PodNeeds = {
    namespace,
    labels: metadata?.labels ?? {},
    requests,
    limits,
    ...(spec.nodeName === undefined ? {} : { nodeName: spec.nodeName }),
    nodeSelector: spec.nodeSelector ?? {},
    ...(nodeTerms === undefined ? {} : { nodeTerms }),
    tolerations: spec.tolerations ?? [],
    affinity: podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [],
    antiAffinity: podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [],
    spread: (spec.topologySpreadConstraints ?? []).filter(
      ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
    ),
    hostPorts: hostPorts(spec),
    claims: (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
      claim ? [claim.claimName] : [],
    ),
    priority: priority ?? 0,
    images: containers.flatMap(({ image }) => (image === undefined ? [] : [image])),
  };
  const unknownClass =
    priority === undefined ? [`priorityClassName ${spec.priorityClassName}`] : [];
  return { needs, wrong: [...wrong, ...unknownClass] };
}

function hostPorts(spec: PodTemplate['spec']): HostPort[] {
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol, hostIP }) => {
      // In the host's network every port of a container is one of the host.
      const port = hostPort ?? (spec.hostNetwork ? containerPort : undefined);
      if (!port) return [];
      return [{ port, protocol: protocol ?? 'TCP', ip: hostIP ?? '0.0.0.0' }];
    }),
  );
}
