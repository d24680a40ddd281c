import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { labelsOf, metadataIn, waveAnnotation } from '../constructs/labels.ts';
import { allowDns, denyAll } from '../constructs/network.ts';
import { count, cpu, memory, storage } from '../constructs/quantity.ts';
import { waves } from '../constructs/waves.ts';
import type { Demand } from '../plan/demand.ts';
import type { NamespacePart } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';

/** A part's namespace, what may run in it, and that nobody talks to anybody by default. */
export class NamespaceChart extends Chart {
  constructor(scope: Construct, plan: Plan, part: NamespacePart, demand: Demand) {
    super(scope, 'namespace');
    const named = (name: string, wave: number) => metadataIn(plan, { name, part }, wave);
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name: plan.namespaceOf(part),
        labels: {
          ...labelsOf({ name: plan.namespaceOf(part), part }),
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/warn': 'restricted',
        },
        annotations: waveAnnotation(waves.namespace),
      },
    });
    new k8s.KubeResourceQuota(this, 'quota', {
      metadata: named('quota', waves.limits),
      spec: { hard: hardLimits(demand) },
    });
    new k8s.KubeLimitRange(this, 'limits', {
      metadata: named('limits', waves.limits),
      spec: { limits: [forgottenLimits] },
    });
    for (const [name, spec] of [
      ['deny-all', denyAll],
      ['allow-dns', allowDns],
    ] as const) {
      new k8s.KubeNetworkPolicy(this, name, { metadata: named(name, waves.policies), spec });
    }
  }
}

/** What is rendered with all of it rolling out at once; a wider one would hide growth. */
function hardLimits(demand: Demand): Record<string, k8s.Quantity> {
  return {
    'requests.cpu': cpu(demand.cpuRequestMilli),
    'requests.memory': memory(demand.memoryRequestMiB),
    'limits.cpu': cpu(demand.cpuLimitMilli),
    'limits.memory': memory(demand.memoryLimitMiB),
    pods: count(demand.pods),
    persistentvolumeclaims: count(demand.claims),
    'requests.storage': storage(demand.storageGiB),
    'services.loadbalancers': count(0),
    'services.nodeports': count(demand.nodePorts),
  };
}

/** For a container made by hand, which under a quota would be refused without a word on requests. */
const forgottenLimits: k8s.LimitRangeItem = {
  type: 'Container',
  defaultRequest: { cpu: cpu(20), memory: memory(64) },
  default: { cpu: cpu(200), memory: memory(128) },
};
