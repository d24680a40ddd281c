import { assumptions } from './assumptions.ts';
import { largestTraffic } from './largest.ts';
import type { Scenario } from './scenario.ts';

const count = (value: number): string => value.toLocaleString('en');
/** Two digits say what the arithmetic knows. */
const rounded = (value: number): string => count(Number(value.toPrecision(2)));

/** What fits into the free allowances, in two sentences of Markdown with what it rests on. */
export function headlineOf(scenario: Scenario): string {
  const largest = largestTraffic(scenario);
  const { profile, traffic, environment, month } = scenario;
  if (!largest) return `Nothing fits into the free allowances of ${profile.name}.`;
  const { limitedBy, nextStep } = largest;
  const step = nextStep
    ? ` ${nextStep.buys} for US$${nextStep.usdPerMonth.toFixed(2)} a month would carry ` +
      `${rounded(nextStep.ordersPerMonth)} orders.`
    : '';
  const { botsPerPerson, products, vendors, campaign } = traffic.shape;
  return [
    `**${rounded(largest.ordersPerMonth)} orders and ${rounded(largest.pageViewsPerMonth)} page views ` +
      `a month at $0** on \`${profile.name}\`. The first to be full is \`${limitedBy.limitId}\` ` +
      `(${limitedBy.resource}).${step}`,
    '',
    `Simulated for ${month.name}, environment \`${environment}\`, by the cost model that ` +
      '`tests/budget` holds against the running marketplace. It takes for granted: ' +
      `${count(products)} products of ${count(vendors)} vendors, ${botsPerPerson} bot visits for each ` +
      `of a person, ${campaign ? `a campaign at ${campaign.times} times the demand` : 'no campaign'}, ` +
      `${assumptions.historyMonths} months of history on the disk, an A1 core ` +
      `${assumptions.slowerCore} times slower than the one measured on. ` +
      '`./mkt budget simulate --largest` says it again, `--traffic 3x` and the like what would change.',
  ].join('\n');
}
