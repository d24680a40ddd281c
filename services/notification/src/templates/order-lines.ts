import type { FrozenItem } from '@mkt/contracts';
import { type CurrencyCode, formatMoney, money } from '@mkt/kernel';

/** One row per item: how many, what, for how much. */
export function itemRows(items: readonly FrozenItem[], currency: CurrencyCode): string[][] {
  return items.map((item) => [
    `${item.quantity} ×`,
    item.variantTitle ? `${item.title} (${item.variantTitle})` : item.title,
    formatMoney(money(item.payableMinor, currency)),
  ]);
}
