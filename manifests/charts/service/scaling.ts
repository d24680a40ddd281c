import type { Autoscale, ServiceSpec } from '@mkt/topology';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { metadataIn } from '../../constructs/labels.ts';
import { waves } from '../../constructs/waves.ts';
import type { Plan } from '../../plan/plan.ts';

/** A peak of a minute may pass before a replica goes again. */
const calmSeconds = 300;

/**
 * How a service is scaled: as the topology says, and only where there is more than one machine. On
 * one, a second replica would take the processors that the first has not got.
 */
export function autoscaleOf({ autoscale }: ServiceSpec, plan: Plan): Autoscale | undefined {
  return plan.nodes > 1 ? autoscale : undefined;
}

/** Replicas by load, of which metrics-server has the numbers. */
export function addAutoscaler(scope: Construct, service: ServiceSpec, plan: Plan): void {
  const autoscale = autoscaleOf(service, plan);
  if (!autoscale) return;
  const { maxReplicas, cpuPercent } = autoscale;
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
