import type { NodeSpec } from '@mkt/topology';
import { allowanceOf, limitAt } from '../limits/index.ts';
import type { Quota } from './quota.ts';
import type { Scenario } from './scenario.ts';

/** What lifting the fullest limit costs, and how much traffic then fits. */
export interface PaidStep {
  readonly buys: string;
  readonly usdPerMonth: number;
  readonly ordersPerMonth: number;
}

/** What to buy for a limit: how much more of it, and what that is of the provider's. */
interface Step {
  readonly more: number;
  readonly priceOf: string;
  readonly amount: number;
  readonly buys: string;
  /** What the machines take of the same allowance already: what is left of it costs nothing. */
  readonly takenBy?: (node: NodeSpec) => number;
}

const hoursOfMonth = 744;

const steps: Readonly<Record<string, Step>> = {
  'profile.disk.gb': {
    more: 100,
    priceOf: 'oracle.block-volume.gb',
    amount: 100,
    buys: '100 GB more of boot volume',
    takenBy: ({ bootVolumeGb }) => bootVolumeGb,
  },
  'profile.cpu.cores': {
    more: 0.7,
    priceOf: 'oracle.a1.ocpu-hours',
    amount: hoursOfMonth,
    buys: 'one more OCPU of A1',
    takenBy: ({ shape, ocpus }) => (shape === 'VM.Standard.A1.Flex' ? ocpus * hoursOfMonth : 0),
  },
  'neon.compute.cu-hours': {
    more: 86,
    priceOf: 'neon.compute.cu-hours',
    amount: 86,
    buys: '86 CU-hours: a database awake all month',
  },
  'neon.storage.gb': { more: 10, priceOf: 'neon.storage.gb', amount: 10, buys: '10 GB at Neon' },
  'neon.egress.gb': {
    more: 10,
    priceOf: 'neon.egress.gb',
    amount: 10,
    buys: '10 GB of egress at Neon',
  },
  'upstash.commands.count': {
    more: 1_000_000,
    priceOf: 'upstash.commands.count',
    amount: 1_000_000,
    buys: 'a million commands at Upstash',
  },
};

/** The next step for a full limit; null where nothing of the catalogue is sold for it. */
export function nextStep(
  scenario: Scenario,
  { limitId, limit }: Pick<Quota, 'limitId' | 'limit'>,
  largestWith: (lifted: ReadonlyMap<string, number>) => { ordersPerMonth: number } | null,
): PaidStep | null {
  const step = steps[limitId];
  // Whoever else has machines names prices of his own.
  if (!step || (step.takenBy && scenario.profile.provider !== 'oracle')) return null;
  const usd = priceOf(step, scenario);
  if (usd === undefined) return null;
  const after = largestWith(new Map([[limitId, limit + step.more]]));
  return {
    buys: step.buys,
    // Rounded up, but for what is less than a millionth.
    usdPerMonth: Math.ceil(usd * 100 - 1e-6) / 100,
    ordersPerMonth: after?.ordersPerMonth ?? 0,
  };
}

/** What the step adds to the bill: what is left of an allowance is not on it. */
function priceOf({ priceOf: id, amount, takenBy }: Step, scenario: Scenario): number | undefined {
  const limit = limitAt(id, scenario.month.limitsOf);
  const { price } = limit;
  if (!price) return undefined;
  const billed = takenBy ? beyond(allowanceOf(limit), takenOf(scenario, takenBy), amount) : amount;
  return (billed / price.per) * price.usd;
}

const takenOf = ({ profile }: Scenario, takenBy: (node: NodeSpec) => number): number =>
  profile.nodes.reduce((sum, node) => sum + takenBy(node), 0);

const beyond = (allowance: number, taken: number, amount: number): number =>
  Math.max(0, taken + amount - allowance) - Math.max(0, taken - allowance);
