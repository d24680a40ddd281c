import type { OrderGroupId, OrderId, VariantId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { planRestock } from '../domain/restock.ts';
import { lockHeldRows, saveRestock } from '../store/restock.ts';

export interface Cancellation {
  readonly groupId: OrderGroupId;
  readonly orderId: OrderId;
  readonly cancelledBy: string;
  readonly lines: readonly { readonly variantId: VariantId; readonly units: number }[];
}

/** Puts cancelled units back on the shelf they came from. */
export async function restock(tx: Tx, cancellation: Cancellation, now: Date): Promise<void> {
  const { groupId, orderId, cancelledBy, lines } = cancellation;
  const units = planRestock(await lockHeldRows(tx, groupId), lines);
  if (units.length === 0) return;
  await saveRestock(tx, { groupId, orderId, actor: cancelledBy, units }, now);
}
