import type { ServiceName } from './model.ts';
import { resilienceByClass } from './resilience.ts';
import { serviceSpec } from './services.ts';

/** What a caller keeps for itself to answer after its last peer has answered or timed out. */
export const callerReserveMs = 250;

/**
 * How long a call to `callee` may take in all. Work that nobody waits for (a saga step, a consumer)
 * gets the class's whole budget; inside a request the caller's own remaining time caps it, so a
 * caller always outlives what it calls.
 */
export function callBudgetMs(callee: ServiceName, remainingMs?: number): number {
  const whole = resilienceByClass[serviceSpec(callee).class].operationTimeoutMs;
  if (remainingMs === undefined) return whole;
  return Math.max(0, Math.min(whole, remainingMs - callerReserveMs));
}
