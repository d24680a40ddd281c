import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import type { NamespacePart } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';
import { metadataIn, selectorOf } from './labels.ts';
import { waves } from './waves.ts';

/**
 * Keeps all but one of a program's pods while machines are emptied. Only where one may go while
 * another stays: on a single machine, or for a single replica, it would block every drain for good.
 */
export function addDisruptionBudget(
  scope: Construct,
  plan: Plan,
  { name, part, replicas }: { name: string; part: NamespacePart; replicas: number },
): void {
  if (replicas < 2 || plan.nodes < 2) return;
  new k8s.KubePodDisruptionBudget(scope, 'disruption', {
    metadata: metadataIn(plan, { name, part }, waves.afterwards),
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: { matchLabels: selectorOf(name) },
    },
  });
}
