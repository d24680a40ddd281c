import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import type { ProviderStatus } from '../provider/port.ts';

/** What a test card makes the simulated provider do. */
export interface TestCard {
  readonly number: string;
  readonly behaviour: string;
  readonly summary: string;
  /** Where a new payment stands at once. */
  readonly status: ProviderStatus;
  readonly declineCode: string | null;
  /** The call that made the payment is never answered. */
  readonly silent: boolean;
  /** When notices of the outcome are sent, after the payment was made; all have one event id. */
  readonly noticesAfterMs: readonly number[];
}

const quiet = { declineCode: null, silent: false, noticesAfterMs: [] } as const;

export const testCards: readonly TestCard[] = [
  {
    ...quiet,
    number: '4242424242424242',
    behaviour: 'success',
    summary: 'Is authorized at once.',
    status: 'authorized',
  },
  {
    ...quiet,
    number: '4000000000000002',
    behaviour: 'declined',
    summary: 'Is declined by the bank.',
    status: 'declined',
    declineCode: 'card_declined',
  },
  {
    ...quiet,
    number: '4000000000009995',
    behaviour: 'insufficientFunds',
    summary: 'Is declined for lack of funds.',
    status: 'declined',
    declineCode: 'insufficient_funds',
  },
  {
    ...quiet,
    number: '4000000000003220',
    behaviour: 'challenge',
    summary: 'Asks the shopper for a 3-D Secure confirmation.',
    status: 'requiresAction',
  },
  {
    ...quiet,
    number: '4000000000000119',
    behaviour: 'timeoutAfterCharge',
    summary: 'Is authorized, but the answer never arrives.',
    status: 'authorized',
    silent: true,
  },
  {
    ...quiet,
    number: '4000000000000259',
    behaviour: 'duplicateWebhook',
    summary: 'Is authorized by a webhook that is sent twice at the same moment.',
    status: 'processing',
    noticesAfterMs: [0, 0],
  },
  {
    ...quiet,
    number: '4000000000000341',
    behaviour: 'lateWebhook',
    summary: 'Is authorized by a webhook after 5 seconds.',
    status: 'processing',
    noticesAfterMs: [5_000],
  },
  {
    ...quiet,
    number: '4000000000000069',
    behaviour: 'tooLateWebhook',
    summary: 'Is authorized by a webhook after 20 minutes, when the checkout has expired.',
    status: 'processing',
    noticesAfterMs: [1_200_000],
  },
];

export interface CardDetails {
  readonly number: string;
  readonly expMonth: number;
  readonly expYear: number;
}

/** Finds the test card, or says why a number cannot be used. */
export function recognize(card: CardDetails, now: Date): Result<TestCard, Refusal> {
  const number = card.number.replaceAll(/[ -]/g, '');
  if (!/^\d{12,19}$/.test(number) || !passesLuhn(number)) {
    return refuse('CARD_NUMBER_INVALID', 'This is not a card number: check its digits.');
  }
  const endOfValidity = Date.UTC(card.expYear, card.expMonth, 1);
  if (endOfValidity <= now.getTime()) return refuse('CARD_EXPIRED', 'This card has expired.');
  const known = testCards.find((one) => one.number === number);
  if (known) return ok(known);
  return refuse('CARD_NOT_A_TEST_CARD', 'The simulator takes test cards only, never a real one.', {
    testCards: testCards.map((one) => ({ number: one.number, summary: one.summary })),
  });
}

function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let place = 0; place < number.length; place += 1) {
    const digit = Number(number.at(-1 - place));
    const weighted = place % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
