import type { paymentStatuses } from '@mkt/contracts';
import type { ProviderPayment } from './provider-view.ts';

/** `pending`: the provider is being asked; told to others as `unknown`. */
export type PaymentStatus = (typeof paymentStatuses)[number] | 'pending';

export interface PaymentProgress {
  readonly status: PaymentStatus;
  /** We gave the payment up, and the provider may still hold money for it. */
  readonly releaseDue: boolean;
}

export interface Observation {
  readonly status: PaymentStatus;
  readonly releaseDue: boolean;
  readonly declineCode: string | null;
  readonly actionUrl: string | null;
  /** The payment came to its end after somebody was told to wait for it. */
  readonly resolved: 'authorized' | 'declined' | null;
}

const waiting: ReadonlySet<PaymentStatus> = new Set(['pending', 'requiresAction', 'unknown']);

export function isWaiting(status: PaymentStatus): boolean {
  return waiting.has(status);
}

/**
 * What the provider's view makes of a payment. A provider that says yes after we gave up does not
 * bring the payment back: its money is let go again. Null where nothing changes.
 */
export function observe(payment: PaymentProgress, seen: ProviderPayment): Observation | null {
  if (isWaiting(payment.status)) return observeWaiting(payment, seen);
  if (payment.status === 'authorized') return null;
  const same = { status: payment.status, declineCode: null, actionUrl: null, resolved: null };
  if (seen.status === 'declined' || seen.status === 'voided') {
    return payment.releaseDue ? { ...same, releaseDue: false } : null;
  }
  return payment.releaseDue ? null : { ...same, releaseDue: true };
}

function observeWaiting(payment: PaymentProgress, seen: ProviderPayment): Observation | null {
  const status = statusOf(seen);
  if (status === payment.status) return null;
  const told = payment.status !== 'pending';
  const ended = status === 'authorized' || status === 'declined' ? status : null;
  return {
    status,
    releaseDue: false,
    declineCode: seen.status === 'voided' ? 'voided_by_provider' : seen.declineCode,
    actionUrl: status === 'requiresAction' ? seen.actionUrl : null,
    resolved: told ? ended : null,
  };
}

function statusOf(seen: ProviderPayment): PaymentStatus {
  switch (seen.status) {
    case 'processing':
      return 'unknown';
    case 'voided':
      return 'declined';
    default:
      return seen.status;
  }
}

export interface ShareAmounts {
  readonly orderId: string;
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly voidedMinor: number;
}

export interface GivenUp {
  readonly status: PaymentStatus;
  readonly releaseDue: boolean;
  /** Authorized money that is let go, by share. */
  readonly voids: readonly { readonly orderId: string; readonly amountMinor: number }[];
}

/** Gives a payment up, whatever it waits for. Null where nothing is left to give up. */
export function giveUp(
  payment: PaymentProgress & { readonly amountMinor: number },
  shares: readonly ShareAmounts[],
): GivenUp | null {
  if (payment.status === 'declined' || payment.status === 'voided') return null;
  const asked = payment.amountMinor > 0;
  if (isWaiting(payment.status)) return { status: 'voided', releaseDue: asked, voids: [] };
  const voids = shares
    .map((share) => ({
      orderId: share.orderId,
      amountMinor: share.authorizedMinor - share.capturedMinor - share.voidedMinor,
    }))
    .filter(({ amountMinor }) => amountMinor > 0 || !asked);
  const captured = shares.some((share) => share.capturedMinor > 0);
  if (captured && voids.length === 0) return null;
  return { status: captured ? 'authorized' : 'voided', releaseDue: asked, voids };
}
