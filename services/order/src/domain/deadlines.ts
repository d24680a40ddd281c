const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export interface Deadline {
  readonly name: 'paymentExpiry' | 'unshippedCancelled' | 'autoReceived';
  /** What starts the time. */
  readonly after: 'checkoutStarted' | 'orderPlaced' | 'orderDelivered';
  readonly afterMs: number;
  /** What happens when the time is over and nothing else has. */
  readonly effect: string;
}

/** Every time limit of an order, for people to review and for the code to follow. */
export const deadlines = {
  paymentExpiry: {
    name: 'paymentExpiry',
    after: 'checkoutStarted',
    afterMs: 15 * minuteMs,
    effect: 'The payment is voided, the stock and the coupons are given back.',
  },
  unshippedCancelled: {
    name: 'unshippedCancelled',
    after: 'orderPlaced',
    afterMs: 14 * dayMs,
    effect: 'The units that were not shipped are cancelled and their payment is voided.',
  },
  autoReceived: {
    name: 'autoReceived',
    after: 'orderDelivered',
    afterMs: 14 * dayMs,
    effect: 'The order counts as received and is completed.',
  },
} as const satisfies Record<string, Deadline>;

export function deadlineAfter(deadline: Deadline, start: Date): Date {
  return new Date(start.getTime() + deadline.afterMs);
}
