import { monthOf, requestsOf, scenarioOf, simulate } from '@mkt/policies/simulate';
import { environments } from '@mkt/topology';

/** A month of so many times the traffic of production, in a process of its own. */
const times = Number(process.argv[2] ?? '1');
const startedAt = performance.now();
const scenario = scenarioOf(environments.production, monthOf('2026-12'), { traffic: times });
const [month] = simulate(scenario, [1]);
process.send?.({
  requests: month ? requestsOf(month) : 0,
  elapsedMs: performance.now() - startedAt,
  peakRssBytes: process.resourceUsage().maxRSS * 1_024,
});
