import { newId, ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import {
  type ChangeOutcome,
  changeLevels,
  ensureLevel,
  type StockChange,
  type StockLevel,
} from '../store/levels.ts';

export interface StockChanges {
  readonly changes: readonly StockChange[];
  readonly reason: string;
  readonly actor: string;
  readonly now: Date;
}

/** Sets or moves stock levels: all of them or none. */
export async function changeStock(
  tx: Tx,
  { changes, ...cause }: StockChanges,
): Promise<Result<readonly StockLevel[], Refusal>> {
  for (const { variantId, locationId } of changes) {
    if (locationId) await ensureLevel(tx, newId(), variantId, locationId);
  }
  const outcome = await changeLevels(tx, changes, cause);
  return refusalOf(outcome) ?? ok(outcome.levels);
}

function refusalOf({ refused }: ChangeOutcome) {
  const of = (reason: string) =>
    refused.filter((row) => row.reason === reason).map((row) => row.variantId);
  const missing = of('missing');
  if (missing.length > 0) {
    return refuse('STOCK_LEVEL_NOT_FOUND', 'There is no such variant or location of yours.', {
      variantIds: missing,
    });
  }
  const stale = of('stale');
  if (stale.length > 0) {
    return refuse('VERSION_CONFLICT', 'The stock changed since you looked: read it again.');
  }
  const reserved = of('reserved');
  if (reserved.length > 0) {
    return refuse('STOCK_BELOW_RESERVED', 'Checkouts under way hold more than that.', {
      variantIds: reserved,
    });
  }
  const range = of('range');
  if (range.length > 0) {
    return refuse('STOCK_OUT_OF_RANGE', 'Stock cannot be lowered below zero or raised that far.', {
      variantIds: range,
    });
  }
  return undefined;
}
