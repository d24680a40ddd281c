import type { ServiceSpec } from '@mkt/topology';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { metadataIn, selectorOf } from '../../constructs/labels.ts';
import { waves } from '../../constructs/waves.ts';
import type { Plan } from '../../plan/plan.ts';

/** A peak of a minute may pass before a replica goes again. */
const calmSeconds = 300;

/** Replicas by load where the topology says that it pays: metrics-server has the numbers. */
export function addAutoscaler(scope: Construct, service: ServiceSpec, plan: Plan): void {
  if (!service.autoscale) return;
  const { maxReplicas, cpuPercent } = service.autoscale;
  new k8s.KubeHorizontalPodAutoscalerV2(scope, 'autoscaler', {
    metadata: metadataIn(plan, { name: service.name, part: service.context }, waves.afterwards),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service.name },
      minReplicas: service.replicas,
      maxReplicas,
      behavior: { scaleDown: { stabilizationWindowSeconds: calmSeconds } },
      metrics: [
        {
          type: 'Resource',
          resource: {
            name: 'cpu',
            target: { type: 'Utilization', averageUtilization: cpuPercent },
          },
        },
      ],
    },
  });
}

/** Only where one may go while another stays: for a single replica it would block every drain. */
export function addDisruptionBudget(scope: Construct, service: ServiceSpec, plan: Plan): void {
  if (service.replicas < 2) return;
  new k8s.KubePodDisruptionBudget(scope, 'disruption', {
    metadata: metadataIn(plan, { name: service.name, part: service.context }, waves.afterwards),
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: { matchLabels: selectorOf(service.name) },
    },
  });
}
