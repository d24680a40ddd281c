export { assumptions } from './assumptions.ts';
export { type Largest, largestTraffic } from './largest.ts';
export { short, sparkline, svgOf } from './picture.ts';
export type { Quota } from './quota.ts';
export { type Month, monthOf, type Scenario, scenarioOf, type WhatIf } from './scenario.ts';
export {
  type Exhaustion,
  expectedQuotas,
  momentOf,
  requestsOf,
  type SimulatedMonth,
  simulate,
  type Verdict,
  verdictOf,
} from './verdict.ts';
