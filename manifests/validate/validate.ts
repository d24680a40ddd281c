import { unverifiedImages } from '../images.ts';
import type { KubeObject } from '../objects.ts';
import type { Plan } from '../plan/plan.ts';
import type { Problem } from '../problem.ts';
import { admissionProblems } from './admission.ts';
import { factsOf } from './facts.ts';
import { fieldProblems } from './fields.ts';
import { identityProblems } from './identity.ts';
import { modelProblems } from './models.ts';
import { networkProblems } from './network.ts';
import { podProblems } from './pods.ts';
import { quotaProblems } from './quotas.ts';
import { targetProblems } from './targets.ts';

export interface Validation {
  readonly objects: number;
  readonly problems: readonly Problem[];
  /** What holds nothing up, and somebody should know. */
  readonly warnings: readonly Problem[];
}

/** Everything that can be said of an environment's objects without a cluster. */
export async function validate(plan: Plan, objects: readonly KubeObject[]): Promise<Validation> {
  const facts = factsOf(plan, objects);
  const shapes = [...fieldProblems(objects), ...(await modelProblems(objects))];
  // Rules read fields by name: of an object that is not shaped as its kind, they would say nonsense.
  const rules =
    shapes.length > 0
      ? []
      : [
          ...identityProblems(facts),
          ...podProblems(facts),
          ...targetProblems(facts),
          ...networkProblems(facts),
          ...quotaProblems(facts),
          ...admissionProblems(objects),
        ];
  return { objects: objects.length, problems: [...shapes, ...rules], warnings: warningsFor(plan) };
}

function warningsFor({ environment }: Plan): readonly Problem[] {
  const digests = unverifiedImages().map(({ repository, tag }) => ({
    what: `The digest of ${repository}:${tag} was read in public code and not in its registry.`,
    where: 'manifests/images.ts',
    remedy: `docker buildx imagetools inspect ${repository}:${tag}, then set evidence to registry.`,
  }));
  const isPublished = !/@sha256:0{64}$/.test(environment.image);
  return [
    ...digests,
    ...(isPublished
      ? []
      : [
          {
            what: `The image of ${environment.name} names no published build.`,
            where: 'packages/topology/src/environments.ts',
            remedy: "Merge the image workflow's pull request.",
          },
        ]),
  ];
}
