import type { ItemUnits, PaymentState } from '@mkt/contracts';
import type {
  CaptureId,
  CurrencyCode,
  OrderGroupId,
  OrderId,
  PaymentId,
  Refusal,
  VendorId,
} from '@mkt/kernel';
import type { Row } from '@mkt/service-kit';
import type { MovementKind } from '../domain/movement.ts';
import type { PaymentStatus } from '../domain/payment.ts';

export interface Payment {
  readonly id: PaymentId;
  readonly operationKey: string;
  readonly groupId: OrderGroupId;
  readonly amountMinor: number;
  readonly currency: CurrencyCode;
  readonly status: PaymentStatus;
  readonly declineCode: string | null;
  readonly actionUrl: string | null;
  readonly token: string | null;
  readonly expiresAt: Date;
  readonly placedAt: Date | null;
  readonly releaseDue: boolean;
  readonly dueAt: Date | null;
  readonly attempts: number;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Share {
  readonly orderId: OrderId;
  readonly vendorId: VendorId;
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly voidedMinor: number;
  readonly refundedMinor: number;
}

export interface Movement {
  readonly id: CaptureId;
  readonly operationKey: string;
  readonly kind: MovementKind;
  readonly status: 'pending' | 'settled' | 'refused';
  readonly paymentId: PaymentId;
  readonly groupId: OrderGroupId;
  readonly orderId: OrderId;
  readonly vendorId: VendorId;
  readonly amountMinor: number;
  readonly currency: CurrencyCode;
  readonly items: readonly ItemUnits[];
  readonly bearer: 'vendor' | 'marketplace' | null;
  readonly reason: string | null;
  readonly feeMinor: number | null;
  readonly refusal: Refusal | null;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

export function paymentOf(row: Row): Payment {
  return {
    id: row['id'],
    operationKey: row['operation_key'],
    groupId: row['group_id'],
    amountMinor: row['amount_minor'],
    currency: row['currency'],
    status: row['status'],
    declineCode: row['decline_code'],
    actionUrl: row['action_url'],
    token: row['payment_token'],
    expiresAt: row['expires_at'],
    placedAt: row['placed_at'],
    releaseDue: row['release_due'],
    dueAt: row['due_at'],
    attempts: row['attempts'],
    version: row['version'],
    createdAt: row['created_at'],
    updatedAt: row['updated_at'],
  };
}

export function shareOf(row: Row): Share {
  return {
    orderId: row['order_id'],
    vendorId: row['vendor_id'],
    authorizedMinor: row['authorized_minor'],
    capturedMinor: row['captured_minor'],
    voidedMinor: row['voided_minor'],
    refundedMinor: row['refunded_minor'],
  };
}

export function movementOf(row: Row): Movement {
  return {
    id: row['id'],
    operationKey: row['operation_key'],
    kind: row['kind'],
    status: row['status'],
    paymentId: row['payment_id'],
    groupId: row['group_id'],
    orderId: row['order_id'],
    vendorId: row['vendor_id'],
    amountMinor: row['amount_minor'],
    currency: row['currency'],
    items: row['items'],
    bearer: row['bearer'],
    reason: row['reason'],
    feeMinor: row['fee_minor'],
    refusal: row['refusal'],
    attempts: row['attempts'],
    createdAt: row['created_at'],
    settledAt: row['settled_at'],
  };
}

/** A payment as other services see it: one that is being asked for is not known yet. */
export function stateOf(payment: Payment): PaymentState {
  const { id, groupId, status, amountMinor, currency, declineCode, actionUrl } = payment;
  return {
    paymentId: id,
    groupId,
    status: status === 'pending' ? 'unknown' : status,
    amountMinor,
    currency,
    declineCode,
    actionUrl: status === 'requiresAction' ? actionUrl : null,
  };
}
