import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import type { NamespacePart } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';
import { metadataIn, type Owned } from './labels.ts';
import { waves } from './waves.ts';

/** A name of its own for every program, and no token: nothing of ours asks the API server. */
export function addServiceAccount(
  scope: Construct,
  plan: Plan,
  owned: Owned & { readonly part: NamespacePart },
): void {
  new k8s.KubeServiceAccount(scope, 'account', {
    metadata: metadataIn(plan, owned, waves.config),
    automountServiceAccountToken: false,
  });
}
