import type { Activity } from '../activity.ts';
import { assumptions } from '../assumptions.ts';
import { flowQuota, peakQuota, type Quota } from '../quota.ts';
import type { Scenario } from '../scenario.ts';
import { spendingOf } from '../spending.ts';
import { allowanceFacts, gb, round } from './allowance.ts';

/** What the documents take: operations, bytes in both directions, and room. */
export function atlasQuotas(scenario: Scenario, activity: Activity): Quota[] {
  const { documentBytes, documentIndexBytes, documentQuestionBytes } = assumptions;
  const operations = spendingOf(scenario, activity, (cost) => cost.documentOperations);
  const facts = (id: string, arithmetic: string) => allowanceFacts(scenario, id, { arithmetic });
  const transfer = (id: string, bytesEach: number) =>
    flowQuota(
      facts(id, `${operations.because} operations a month, x ${round(bytesEach)} bytes`),
      operations.perHour.map((count) => (count * bytesEach) / gb),
    );
  const { products } = scenario.traffic.shape;
  const storedGb = (products * (documentBytes + documentIndexBytes)) / gb;
  return [
    peakQuota(
      facts('atlas.operations.per-second', `busiest second of the month: ${operations.because}`),
      activity.peakDocumentOperations,
    ),
    transfer('atlas.transfer-out.gb', documentBytes),
    transfer('atlas.transfer-in.gb', documentQuestionBytes),
    peakQuota(
      facts(
        'atlas.storage.gb',
        `${round(products)} products x (${documentBytes} + ${documentIndexBytes} bytes of indexes)`,
      ),
      new Float64Array(activity.hours).fill(storedGb),
    ),
  ];
}
