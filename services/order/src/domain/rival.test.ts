import { newId } from '@mkt/kernel';
import { describe, expect, test } from 'vitest';
import type { CheckoutPhase, CheckoutState } from './checkout.ts';
import { meetHolder } from './rival.ts';

const shopperId = newId<'User'>();
const wanted = { shopperId, purchase: 'mug-to-porto', paymentToken: 'tok_1' };

function holderIn(phase: CheckoutPhase) {
  const paymentToken = phase === 'placed' ? null : 'tok_1';
  const state = { phase, purchase: 'mug-to-porto', paymentToken, failure: null, shares: [] };
  return { state: state as unknown as CheckoutState, number: null, shopperId };
}

const kindOf = (phase: CheckoutPhase, other: Partial<typeof wanted>) => {
  const met = meetHolder(holderIn(phase), { ...wanted, ...other });
  return met.kind === 'refused' ? met.refusal.code : met.kind;
};

describe('a checkout whose cart another one holds', () => {
  test.each([
    ['buying', {}, 'same'],
    ['awaitingPayment', {}, 'same'],
    ['placed', {}, 'same'],
    ['buying', { paymentToken: 'tok_2' }, 'waits'],
    ['finding', { paymentToken: 'tok_2' }, 'waits'],
    ['undoing', { purchase: 'mug-to-faro' }, 'waits'],
    ['awaitingPayment', { paymentToken: 'tok_2' }, 'CHECKOUT_UNDER_WAY'],
    ['processing', { purchase: 'mug-to-faro' }, 'CHECKOUT_UNDER_WAY'],
    ['placed', { paymentToken: 'tok_2' }, 'same'],
    ['placed', { purchase: 'mug-to-faro' }, 'CART_ALREADY_ORDERED'],
    ['placed', { shopperId: newId<'User'>() }, 'CART_NOT_FOUND'],
  ] as const)('%s, met with %j, is %s', (phase, other, expected) => {
    expect(kindOf(phase, other)).toBe(expected);
  });
});
