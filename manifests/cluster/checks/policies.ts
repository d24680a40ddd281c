import { idOf, type KubeObject } from '../../objects.ts';
import type { Kubectl } from '../apply.ts';
import { until } from '../local/until.ts';
import { type Finding, listed } from './read.ts';

/** What the API server says of its policies' expressions, once it has looked at all of them. */
export async function policyWarnings(kubectl: Kubectl): Promise<readonly Finding[]> {
  const what = 'every admission policy looked at by the API server';
  return until({ what, timeoutMs: 120_000 }, async () => {
    const policies = await listed(kubectl, 'validatingadmissionpolicies');
    const unseen = policies.filter((one) => !isLookedAt(one));
    if (policies.length === 0 || unseen.length > 0) {
      return { notYet: `Not looked at: ${unseen.map(idOf).join(', ') || 'there are none'}.` };
    }
    return { answer: policies.flatMap(warningsOf) };
  });
}

/** The types of an expression are checked after the policy is made, and told in its status. */
const isLookedAt = ({ metadata, status }: KubeObject): boolean =>
  status?.observedGeneration === (metadata as { generation?: number }).generation &&
  status?.typeChecking !== undefined;

export function warningsOf(policy: KubeObject): readonly Finding[] {
  const warnings: readonly { fieldRef: string; warning: string }[] =
    policy['status']?.typeChecking?.expressionWarnings ?? [];
  return warnings.map(({ fieldRef, warning }) => ({
    object: idOf(policy),
    why: `${fieldRef}: ${warning}`,
  }));
}
