import { costUsd, type Limit } from '../../limits/index.ts';
import type { BudgetFacts, Capacity } from '../facts.ts';
import { type Judgement, nearlyUsedShare } from '../judgement.ts';
import { gibibyte } from '../kubernetes/quantity.ts';
import type { JudgedPlan } from '../placement/plan.ts';
import { templateClaims } from '../placement/pods.ts';
import { claimKey } from '../placement/state.ts';
import { amount, number, usd } from '../report/numbers.ts';

/** Local volumes and the system share one disk, and no scheduler looks at it. */
export function judgeDisks({ cluster, disks }: BudgetFacts, judged: JudgedPlan): Judgement[] {
  const homes = judged.moments[0]?.placement.state.volumeNodes ?? new Map<string, string>();
  const claims = [...cluster.claims, ...cluster.workloads.flatMap(templateClaims)];
  const allGb = claims.reduce((sum, { storageBytes }) => sum + storageBytes, 0) / gibibyte;
  const roomGb = disks.reduce((sum, { sizeGb, systemGb }) => sum + sizeGb - systemGb, 0);
  return disks.map(({ node, sizeGb, systemGb }): Judgement => {
    const here = claims.filter((claim) => homes.get(claimKey(claim, claim.name)) === node);
    const volumesGb = here.reduce((sum, { storageBytes }) => sum + storageBytes, 0) / gibibyte;
    const value = volumesGb + systemGb;
    const isOver = value > sizeGb;
    return {
      rule: 'disk/local-volumes',
      // Where a volume comes to be can be steered, as long as there is room somewhere.
      severity: isOver ? (allGb > roomGb ? 'error' : 'warning') : 'ok',
      subject: `node ${node}, disk`,
      value,
      limit: sizeGb,
      unit: 'gb',
      share: value / sizeGb,
      arithmetic: `system and images ${systemGb} GB + ${here.length} volumes ${number(volumesGb)} GB`,
      ...(isOver
        ? {
            why: 'the disk fills up, and the kubelet evicts pods',
            remedy:
              `volumes of at most ${number(sizeGb - systemGb)} GB here (pin some elsewhere by ` +
              'node affinity), or a larger boot volume',
          }
        : {}),
    };
  });
}

const hoursOfMonth = 744;

/** A machine is replaced within the allowance only if the old one is gone first. */
export function judgeReplacement(
  { machineOcpus, replacement }: BudgetFacts,
  limitOf: (id: string) => Limit,
): Judgement[] {
  const largest = Math.max(0, ...machineOcpus);
  const limit = limitOf('oracle.a1.ocpu-hours');
  if (largest === 0 || typeof limit.value !== 'number') return [];
  const running = machineOcpus.reduce((sum, one) => sum + one, 0);
  const spare = limit.value - running * hoursOfMonth;
  const overlapHours = Math.max(0, spare / largest);
  // The allowance of a free tenancy is also how much may exist at one time.
  const atOnce = Math.round(limit.value / 750);
  const isBoth = replacement === 'create-before-delete' && running + largest > atOnce;
  return [
    {
      rule: 'machines/replacement',
      severity: isBoth ? 'error' : 'ok',
      subject: `replacing a machine (${replacement})`,
      value: isBoth ? running + largest : running,
      limit: atOnce,
      unit: 'ocpu',
      share: (isBoth ? running + largest : running) / atOnce,
      arithmetic:
        `${running} x ${hoursOfMonth} = ${number(running * hoursOfMonth)} of ` +
        `${number(limit.value)} OCPU-hours: ${number(overlapHours)} h of a second machine`,
      ...(isBoth
        ? {
            why: `for a time ${running + largest} OCPU exist where ${atOnce} are allowed`,
            remedy: 'delete before create: no blue and green machines',
          }
        : {}),
    },
  ];
}

const remedies: Readonly<Record<string, string>> = {
  'profile.cpu.cores': 'longer cache times, a smaller campaign, or a larger profile',
  'profile.disk.gb': 'a larger boot volume, or a shorter history before rows go to an archive',
};

/** What the expected month wants of the machines, against what they can do. */
export function judgeCapacities(
  { capacities }: BudgetFacts,
  limitOf: (id: string) => Limit,
): Judgement[] {
  return capacities.map((capacity): Judgement => {
    const { resource, unit, quantity, limit, because } = capacity;
    const share = limit === 0 ? Number.POSITIVE_INFINITY : quantity / limit;
    const common = { rule: 'machines/capacity', subject: resource, unit, share, limit };
    const line = { ...common, value: quantity, arithmetic: because };
    if (share > 1) return { ...line, ...overCapacity(capacity, limitOf) };
    if (share <= nearlyUsedShare) return { ...line, severity: 'ok' };
    const why = `only ${amount(limit - quantity, unit)} are left for a busier month`;
    return { ...line, severity: 'warning', why, remedy: remedyOf(capacity) };
  });
}

const remedyOf = ({ id }: Capacity): string => remedies[id] ?? 'a larger profile';

function overCapacity(capacity: Capacity, limitOf: (id: string) => Limit) {
  const { quantity, limit, unit, priceOf } = capacity;
  const beyond = quantity - limit;
  const cost = priceOf === undefined ? undefined : costUsd(limitOf(priceOf), beyond);
  const why = `${amount(beyond, unit)} more than the machines have`;
  const remedy = remedyOf(capacity);
  if (cost === undefined) return { severity: 'error' as const, why, remedy };
  const bought = `${why}; where it can be bought, ${usd(cost)} a month`;
  return { severity: 'error' as const, why: bought, remedy, costUsd: cost };
}
