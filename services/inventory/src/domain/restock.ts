/** What a group still has of one stock level. */
export interface HeldRow {
  readonly stockLevelId: string;
  readonly variantId: string;
  readonly state: 'held' | 'confirmed';
  readonly remaining: number;
}

export interface ReturnedUnits extends Omit<HeldRow, 'remaining'> {
  readonly quantity: number;
}

/**
 * Spreads cancelled units over the levels they came from. Never more than a group has left, so a
 * cancellation told twice, or after a release, brings nothing back twice.
 */
export function planRestock(
  held: readonly HeldRow[],
  cancelled: readonly { readonly variantId: string; readonly units: number }[],
): ReturnedUnits[] {
  const left = new Map<string, number>();
  for (const { variantId, units } of cancelled) {
    left.set(variantId, (left.get(variantId) ?? 0) + units);
  }
  return held.flatMap(({ remaining, ...row }) => {
    const wanted = left.get(row.variantId) ?? 0;
    const quantity = Math.min(wanted, remaining);
    left.set(row.variantId, wanted - quantity);
    return quantity > 0 ? [{ ...row, quantity }] : [];
  });
}
