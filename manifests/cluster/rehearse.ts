import { admissionSamples } from '../validate/admission-samples.ts';
import type { Kubectl } from './apply.ts';
import { applyGroups } from './apply.ts';
import { changesIfAppliedAgain } from './checks/again.ts';
import { drainsRefused } from './checks/drain.ts';
import { type Settled, settledNow } from './checks/pods.ts';
import { policyWarnings } from './checks/policies.ts';
import type { Finding } from './checks/read.ts';
import { policiesThatDoNotBite } from './checks/refusals.ts';
import { changeAllImages, podsNotMade } from './checks/rollout.ts';
import type { Group } from './groups.ts';
import { until } from './local/until.ts';

export interface Step {
  readonly name: string;
  /** What was seen, for people. */
  readonly seen: string;
  readonly findings: readonly Finding[];
}

const settleTimeoutMs = 180_000;

/** Applies an environment, and says what the API server refuses or would change when asked again. */
export async function* rehearseApply(
  groups: readonly Group[],
  kubectl: Kubectl,
  tell: (line: string) => void,
): AsyncGenerator<Step> {
  const { objects, refused, warnings: said } = await applyGroups(groups, kubectl, tell);
  yield {
    name: 'apply',
    seen: `${objects - refused.length} objects applied, ${refused.length} refused`,
    findings: refused.map(({ object, why }) => ({ object, why })),
  };
  yield {
    name: 'warnings',
    seen: `${said.length} of what was applied`,
    findings: said.map((why) => ({ object: 'warned of', why })),
  };
  const changes = await changesIfAppliedAgain(groups, kubectl);
  yield { name: 'apply again', seen: `${changes.length} objects would change`, findings: changes };
  const warnings = await policyWarnings(kubectl);
  yield {
    name: 'policies',
    seen: `${warnings.length} warnings of their expressions`,
    findings: warnings,
  };
  const samples = admissionSamples(groups.flatMap((group) => group.objects));
  const toothless = await policiesThatDoNotBite(samples, kubectl);
  yield {
    name: 'refusals',
    seen: `${samples.length} samples judged by the policies`,
    findings: toothless,
  };
}

/** Lets everything get a new version at once, and leave each machine. Needs machines. */
export async function* rehearseLife(kubectl: Kubectl): AsyncGenerator<Step> {
  const refused = await changeAllImages(kubectl);
  const rollout = settleStep('rollout of everything', await settle(kubectl));
  yield { ...rollout, findings: [...refused, ...rollout.findings] };
  const drains = await drainsRefused(kubectl);
  yield { name: 'drain', seen: `${drains.length} machines held up`, findings: drains };
  yield settleStep('back on the machines', await settle(kubectl));
  const { waited, findings } = await podsNotMade(kubectl);
  yield { name: 'pods made', seen: `${waited} waited for the quota of one that ended`, findings };
}

export const settleStep = (name: string, settled: Timed): Step => ({
  name,
  seen: `${settled.pods.length} pods, ${settled.pending.length} pending, ${settled.seconds} s`,
  findings: wrongOf(settled),
});

const wrongOf = ({ unfinished, pending }: Settled): readonly Finding[] => [
  ...unfinished,
  ...pending,
];

type Timed = Settled & { readonly seconds: number };

/** Waits until all workloads have what they ask for; what is missing when time is up is told. */
export async function settle(kubectl: Kubectl, timeoutMs = settleTimeoutMs): Promise<Timed> {
  const began = performance.now();
  const passedMs = () => performance.now() - began;
  return until({ what: 'settled', timeoutMs: 2 * timeoutMs, everyMs: 500 }, async () => {
    const settled = await settledNow(kubectl);
    const isOver = wrongOf(settled).length === 0 || passedMs() > timeoutMs;
    if (!isOver) return { notYet: '' };
    return { answer: { ...settled, seconds: Math.round(passedMs() / 1_000) } };
  });
}
