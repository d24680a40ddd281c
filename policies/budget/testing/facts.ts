import type { Limit } from '../../limits/index.ts';
import type { BudgetFacts } from '../facts.ts';
import { clusterFrom, testNode } from './manifest.ts';

/** Facts that nothing is wrong with, to be changed in one place. */
export function factsWith(changes: Partial<BudgetFacts> = {}): BudgetFacts {
  return {
    day: '2026-11-27',
    environment: 'test',
    profile: { name: 'free-1x2', mayCost: false },
    uses: [],
    assumptions: [],
    plannedUses: [],
    nodes: [testNode('main')],
    disks: [],
    cluster: clusterFrom(''),
    services: [],
    replacement: 'delete-before-create',
    machineOcpus: [],
    truths: [],
    queues: [],
    availability: { servers: 1, failuresPromised: 0 },
    capacities: [],
    ...changes,
  };
}

export function testLimit(changes: Partial<Limit> = {}): Limit {
  return {
    id: 'upstash.commands.count',
    resource: 'Commands',
    provider: 'upstash',
    value: 1000,
    unit: 'command',
    bound: 'most',
    period: 'month',
    scope: 'database',
    whenExceeded: 'stop',
    verifiedAt: '2026-11-01',
    effectiveFrom: '2026-01-01',
    confidence: 'A',
    source: { title: 'Pricing', url: 'https://example.com' },
    declaredAt: { file: 'policies/limits/upstash.yaml', line: 1 },
    ...changes,
  };
}
