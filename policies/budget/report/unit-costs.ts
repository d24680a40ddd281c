import type { CostVector, Environment, UseCase } from '@mkt/topology';
import type { CostModel } from '../flows.ts';
import type { UnitCosts } from './difference.ts';

const useCaseNames: Readonly<Partial<Record<UseCase, string>>> = {
  pageView: 'page view',
  addToCart: 'addition to a cart',
  checkout: 'order',
  vendorUpdate: 'vendor update',
  fulfillment: 'fulfilled order',
  usageReport: 'usage report',
  eventHop: 'event hop',
};

/** What one of each use case costs, in words: `Upstash commands per order`. */
export function unitCosts(model: CostModel | undefined, { redis }: Environment): UnitCosts {
  const costs: Record<string, number> = {};
  for (const [useCase, { always, onMiss }] of Object.entries(model ?? {})) {
    const name = useCaseNames[useCase as UseCase] ?? useCase;
    addCosts(costs, always, { per: name, redis });
    if (onMiss) addCosts(costs, onMiss.cost, { per: `${name} that no cache answers`, redis });
  }
  return costs;
}

function addCosts(
  costs: Record<string, number>,
  vector: CostVector,
  { per, redis }: { readonly per: string; readonly redis: Environment['redis'] },
): void {
  const statements = Object.values(vector.statements).reduce((sum, one) => sum + one, 0);
  const commands = redis === 'upstash' ? 'Upstash commands' : 'Valkey commands';
  const measures: Readonly<Record<string, number>> = {
    [commands]: vector.redisCommands,
    'SQL statements': statements,
    'document operations': vector.documentOperations,
    'bytes to the visitor': vector.responseBytes,
    'ms of processor': vector.cpuMs,
  };
  for (const [measure, value] of Object.entries(measures)) costs[`${measure} per ${per}`] = value;
}
