import { type Context, type UseCase, useCases } from '@mkt/topology';
import type { Scenario } from './scenario.ts';
import { bulkSecondsOf } from './schedule.ts';

/** What the machinery does by itself, at moments of its own. */
const regular = new Set<UseCase>(['sweep', 'usageReport']);

/**
 * Share of the time in which a context's serverless database sleeps, whatever visitors do: no
 * regular look and no bulk edit was within the suspend time.
 */
export function asleepShare(scenario: Scenario, context: Context, suspendSeconds: number): number {
  const { sweepSeconds, usageReportSeconds, sweepsTogether } = scenario;
  const asleep = (everySeconds: number): number => Math.max(0, 1 - suspendSeconds / everySeconds);
  const sweepers = scenario.sweepersByContext[context];
  const sweep = asleep(sweepSeconds) ** (sweepsTogether ? Math.min(1, sweepers) : sweepers);
  const edits = asleepAfterEdits(scenario, context, suspendSeconds);
  if (!asks(scenario, 'usageReport', context)) return sweep * edits;
  const report = asleep(usageReportSeconds);
  return (
    edits *
    (sweepsTogether && sweepers > 0 && oftenTogether(scenario)
      ? Math.min(sweep, report)
      : sweep * report)
  );
}

/** Looks fall on multiples of their interval: the rarer ones are among the others, or drift by. */
const oftenTogether = ({ sweepSeconds, usageReportSeconds }: Scenario): boolean =>
  Math.max(sweepSeconds, usageReportSeconds) % Math.min(sweepSeconds, usageReportSeconds) === 0;

function asleepAfterEdits(scenario: Scenario, context: Context, suspendSeconds: number): number {
  if (!asks(scenario, 'vendorUpdate', context)) return 1;
  const { bulkEdits } = scenario.traffic.shape;
  if (bulkEdits.rows === 0) return 1;
  const monthSeconds = scenario.month.days * 86_400;
  const each = bulkSecondsOf(bulkEdits.rows) + suspendSeconds;
  return Math.exp((-bulkEdits.perMonth * each) / monthSeconds);
}

const asks = ({ costs }: Scenario, useCase: UseCase, context: Context): boolean => {
  const { always, onMiss } = costs[useCase];
  return [always, onMiss?.cost].some((cost) => (cost?.statements[context] ?? 0) > 0);
};

/** Who keeps a context's database awake: `looks every 1,800 s (sweep, usageReport), checkout`. */
export function wakersOf(scenario: Scenario, context: Context): string {
  const wakers = useCases.filter((useCase) => asks(scenario, useCase, context));
  const seconds = (useCase: UseCase): number =>
    useCase === 'sweep' ? scenario.sweepSeconds : scenario.usageReportSeconds;
  return wakers
    .filter((useCase) => useCase !== 'eventHop')
    .map((useCase) =>
      regular.has(useCase)
        ? `${useCase} every ${seconds(useCase).toLocaleString('en')} s`
        : useCase,
    )
    .join(', ');
}
