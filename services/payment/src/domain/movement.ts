import { type Refusal, refuse } from '@mkt/kernel';
import type { PaymentStatus } from './payment.ts';

export type MovementKind = 'capture' | 'void' | 'refund';

export interface ShareFacts {
  readonly status: PaymentStatus;
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly voidedMinor: number;
  readonly refundedMinor: number;
}

const exceeded = {
  capture: 'CAPTURE_EXCEEDS_AUTHORIZED',
  void: 'VOID_EXCEEDS_AUTHORIZED',
  refund: 'REFUND_EXCEEDS_CAPTURE',
} as const satisfies Record<MovementKind, string>;

/** Why there was no room for a movement on a share. */
export function refusalOf(kind: MovementKind, share: ShareFacts | null): Refusal {
  if (!share) return refuse('PAYMENT_NOT_FOUND', 'This order has no payment.').error;
  if (kind !== 'refund' && share.status !== 'authorized') {
    const detail = `The payment is ${share.status}: it holds no money to ${kind}.`;
    return refuse('PAYMENT_NOT_AUTHORIZED', detail).error;
  }
  const leftMinor =
    kind === 'refund'
      ? share.capturedMinor - share.refundedMinor
      : share.authorizedMinor - share.capturedMinor - share.voidedMinor;
  const detail = `Only ${leftMinor} minor units are left to ${kind}.`;
  return refuse(exceeded[kind], detail, { leftMinor }).error;
}
