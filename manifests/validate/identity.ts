import { idOf } from '../objects.ts';
import type { Problem } from '../problem.ts';
import type { Facts } from './facts.ts';

/** Two objects of one name: whichever is applied last wins, and Argo CD fights with itself. */
export function identityProblems(facts: Facts): readonly Problem[] {
  const groups = Map.groupBy(facts.objects, (one) => `${one.apiVersion} ${idOf(one)}`);
  const twice = [...groups.values()].filter((group) => group.length > 1);
  const homeless = facts.objects.filter(
    ({ metadata }) =>
      metadata.namespace !== undefined &&
      metadata.namespace !== 'argocd' &&
      !facts.find('Namespace', metadata.namespace),
  );
  return [
    ...twice.flatMap(([one]) =>
      one ? [problem(idOf(one), 'It is rendered more than once.')] : [],
    ),
    ...homeless.map((one) => problem(idOf(one), 'Its namespace is rendered by nobody.')),
  ];
}

function problem(where: string, what: string): Problem {
  return { what, where, remedy: 'Give it a name and a namespace of its own.' };
}
