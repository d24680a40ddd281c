import type { orderCancelled as contract, PayloadOf } from '@mkt/contracts';
import { formatMoney, money } from '@mkt/kernel';
import { type Block, letter, type Rendered } from './layout.ts';

type Cancelled = PayloadOf<typeof contract>;

function whatHappened({ number, whole, lines, reason }: Cancelled): Block[] {
  return [
    whole ? `Order ${number} has been cancelled.` : `Part of order ${number} has been cancelled.`,
    { rows: lines.map(({ units, title }) => [`${units} ×`, title]) },
    `The reason: ${reason}`,
  ];
}

function subjectOf({ number, whole }: Cancelled): string {
  return whole ? `Order ${number} is cancelled` : `Part of order ${number} is cancelled`;
}

export function orderCancelled(order: Cancelled): Rendered {
  const refund = formatMoney(money(order.refundMinor, order.currency));
  return letter(subjectOf(order), [
    ...whatHappened(order),
    order.refundMinor > 0
      ? `${refund} go back the way you paid.`
      : 'Nothing was charged for it, so there is nothing to pay back.',
  ]);
}

/** To the vendor: what must not be shipped any more. */
export function orderCancelledForVendor(order: Cancelled): Rendered {
  return letter(subjectOf(order), [
    ...whatHappened(order),
    'Do not ship these units. They are back in your stock.',
  ]);
}
