import type { BudgetFacts } from '../facts.ts';
import type { Judgement } from '../judgement.ts';

/** Data that exists once needs a copy elsewhere; data that is written twice has no owner. */
export function judgeTruths({ truths }: BudgetFacts): Judgement[] {
  return truths.flatMap(({ data, homes, backedUpEveryHours: hours, isPromised }): Judgement[] => [
    {
      rule: 'data/backup',
      severity: hours === undefined ? (isPromised ? 'error' : 'warning') : 'ok',
      subject: `backup of ${data}`,
      ...(hours === undefined ? {} : { value: hours, unit: 'hour' }),
      arithmetic: `in ${homes.join(' and ')}`,
      ...(hours === undefined
        ? {
            why: 'no copy at another provider: how much may be lost is not bounded',
            remedy: 'a nightly dump, encrypted, to another provider, and a restore drill',
          }
        : {}),
    },
    {
      rule: 'data/one-home',
      severity: homes.length > 1 ? 'error' : 'ok',
      subject: `home of ${data}`,
      value: homes.length,
      limit: 1,
      unit: 'count',
      share: homes.length,
      arithmetic: homes.join(', '),
      ...(homes.length > 1
        ? { why: 'two stores disagree sooner or later', remedy: `write ${data} to one of them` }
        : {}),
    },
  ]);
}

export function judgeQueues({ queues }: BudgetFacts): Judgement[] {
  return queues.map(({ name, taking }) => ({
    rule: 'data/queue',
    severity: taking === 'pop' ? 'error' : 'ok',
    subject: `queue ${name}`,
    arithmetic: taking === 'pop' ? 'taken, then handled' : 'handled, then acknowledged',
    ...(taking === 'pop'
      ? {
          why: 'a crash between taking and handling loses the message',
          remedy: 'a stream with groups and acknowledgement, an outbox, and idempotent handlers',
        }
      : {}),
  }));
}

/** How many of so many servers may fail while the others still agree. */
export function judgeAvailability({ availability }: BudgetFacts): Judgement[] {
  const { servers, failuresPromised } = availability;
  const quorum = Math.floor(servers / 2) + 1;
  const tolerated = Math.max(0, servers - quorum);
  const isBroken = failuresPromised > tolerated;
  return [
    {
      rule: 'machines/quorum',
      severity: isBroken ? 'error' : 'ok',
      subject: 'servers that may fail',
      value: failuresPromised,
      limit: tolerated,
      unit: 'count',
      share: failuresPromised === 0 ? 0 : failuresPromised / tolerated,
      arithmetic: `${servers} servers, quorum ${quorum}: ${tolerated} may fail`,
      ...(isBroken
        ? {
            why: `${servers} servers cannot agree without one of them`,
            remedy: 'say so: one server, snapshots, and a rebuild in minutes that is measured',
          }
        : {}),
    },
  ];
}

/** A profile that is more than what is free today. */
export function judgeProfile({ profile }: BudgetFacts, acknowledged: boolean): Judgement[] {
  if (!profile.mayCost) return [];
  return [
    {
      rule: 'profile/may-cost',
      severity: acknowledged ? 'warning' : 'error',
      subject: `profile ${profile.name}`,
      arithmetic: 'more machines than the allowance of today',
      why: 'it may cost money every month',
      remedy: 'take free-1x2, or accept the cost: --acknowledge-cost',
    },
  ];
}
