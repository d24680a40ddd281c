import { describe, expect, test } from 'vitest';
import type { ProviderStatus } from '../provider/port.ts';
import { giveUp, observe, type PaymentStatus } from './payment.ts';

const seen = (status: ProviderStatus) => ({
  status,
  declineCode: status === 'declined' ? 'card_declined' : null,
  actionUrl: status === 'requiresAction' ? '/challenge' : null,
});
const at = (status: PaymentStatus, releaseDue = false) => ({ status, releaseDue });

describe('what a provider says', () => {
  test.each<[PaymentStatus, ProviderStatus, PaymentStatus, 'authorized' | 'declined' | null]>([
    ['pending', 'authorized', 'authorized', null],
    ['pending', 'declined', 'declined', null],
    ['pending', 'requiresAction', 'requiresAction', null],
    ['pending', 'processing', 'unknown', null],
    ['unknown', 'authorized', 'authorized', 'authorized'],
    ['unknown', 'declined', 'declined', 'declined'],
    ['unknown', 'voided', 'declined', 'declined'],
    ['unknown', 'requiresAction', 'requiresAction', null],
    ['requiresAction', 'authorized', 'authorized', 'authorized'],
    ['requiresAction', 'processing', 'unknown', null],
  ])('moves a payment that is %s and is told %s to %s', (status, told, next, resolved) => {
    expect(observe(at(status), seen(told))).toMatchObject({
      status: next,
      resolved,
      releaseDue: false,
    });
  });

  test.each<[PaymentStatus, ProviderStatus]>([
    ['unknown', 'processing'],
    ['requiresAction', 'requiresAction'],
    ['authorized', 'authorized'],
    ['authorized', 'declined'],
    ['declined', 'declined'],
    ['voided', 'voided'],
  ])('changes nothing for one that is %s and is told %s', (status, told) => {
    expect(observe(at(status), seen(told))).toBeNull();
  });

  test.each<[PaymentStatus, ProviderStatus]>([
    ['voided', 'authorized'],
    ['voided', 'requiresAction'],
    ['voided', 'processing'],
    ['declined', 'authorized'],
  ])(
    'after the end (%s, told %s) has the money let go, and brings nothing back',
    (status, told) => {
      expect(observe(at(status), seen(told))).toMatchObject({ status, releaseDue: true });
      expect(observe(at(status, true), seen(told))).toBeNull();
      expect(observe(at(status, true), seen('voided'))).toMatchObject({ releaseDue: false });
    },
  );
});

describe('giving a payment up', () => {
  const share = (capturedMinor: number, voidedMinor: number) => ({
    orderId: 'o1',
    authorizedMinor: 100,
    capturedMinor,
    voidedMinor,
  });
  const of = (status: PaymentStatus, amountMinor = 100) => ({ ...at(status), amountMinor });

  test.each<PaymentStatus>(['pending', 'unknown', 'requiresAction'])(
    'that is %s voids it without a share, and tells the provider',
    (status) => {
      const given = giveUp(of(status), [share(0, 0)]);
      expect(given).toEqual({ status: 'voided', releaseDue: true, voids: [] });
    },
  );

  test('that is authorized voids what is not captured', () => {
    expect(giveUp(of('authorized'), [share(0, 30)])).toEqual({
      status: 'voided',
      releaseDue: true,
      voids: [{ orderId: 'o1', amountMinor: 70 }],
    });
    expect(giveUp(of('authorized'), [share(60, 0)])).toMatchObject({
      status: 'authorized',
      voids: [{ amountMinor: 40 }],
    });
  });

  test('of nothing tells the provider nothing', () => {
    const free = { orderId: 'o1', authorizedMinor: 0, capturedMinor: 0, voidedMinor: 0 };
    expect(giveUp(of('authorized', 0), [free])).toMatchObject({ releaseDue: false });
  });

  test.each<PaymentStatus>(['declined', 'voided'])('that is %s changes nothing', (status) => {
    expect(giveUp(of(status), [share(0, 0)])).toBeNull();
  });

  test('that is captured whole changes nothing', () => {
    expect(giveUp(of('authorized'), [share(100, 0)])).toBeNull();
  });
});
