import type { KubeObject } from '../../objects.ts';
import { idOf } from '../../objects.ts';
import type { AdmissionSample } from '../../validate/admission-samples.ts';
import type { Kubectl, Run } from '../apply.ts';
import type { Finding } from './read.ts';

const dryRun = ['create', '--dry-run=server', '-f', '-'];

/** Samples of the admission policies that the API server judges otherwise than our own tests. */
export async function policiesThatDoNotBite(
  samples: readonly AdmissionSample[],
  kubectl: Kubectl,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const sample of samples) {
    const tried = (object: KubeObject) => kubectl(dryRun, JSON.stringify(object));
    findings.push(...judged(sample, await tried(sample.good), await tried(sample.bad)));
  }
  return findings;
}

export function judged(
  { policy, rule, good }: AdmissionSample,
  goodRun: Run,
  badRun: Run,
): readonly Finding[] {
  const object = `${policy} ${rule.name}`;
  const findings: Finding[] = [];
  if (goodRun.exitCode !== 0) {
    findings.push({ object, why: `refuses ${idOf(good)}: ${goodRun.stderr.trim()}` });
  }
  // A pod meets the namespace's own rules first: its limits fill in what is missing, and its
  // security level refuses the rest in words of its own.
  const isPod = good.kind === 'Pod';
  const isFilledIn = isPod && rule.name === 'requests-and-limits';
  if (badRun.exitCode === 0 && !isFilledIn) findings.push({ object, why: 'lets it through' });
  const isOurs = badRun.exitCode === 0 || isPod || badRun.stderr.includes(rule.message);
  if (!isOurs) findings.push({ object, why: `is not what refuses it: ${badRun.stderr.trim()}` });
  return findings;
}
