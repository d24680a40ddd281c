import { assert } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import type { CheckoutState } from '../domain/checkout.ts';
import { type CheckoutReply, replyOf } from '../domain/checkout-reply.ts';
import { deadlineAfter, deadlines } from '../domain/deadlines.ts';
import type { Draft } from '../domain/draft.ts';
import type { StoredOutcome } from './keys.ts';

/** Stands in for the number in a reply that is stored by the statement that takes the number. */
const numberMark = '{number}';

// The number is taken once per group, when its row is made. The reply of the checkout's key is
// stored with the group, so no crash can part them.
const writeSql = `
  WITH g AS (
    INSERT INTO order_groups AS e (id, number, shopper_id, cart_id, email, shipping_address,
      currency, terms, coupons, total_minor, status, payment_id, payment_status, decline_code,
      action_url, expires_at, created_at, placed_at)
    VALUES ($1,
      COALESCE((SELECT k.number FROM order_groups k WHERE k.id = $1),
               'M-' || nextval('group_numbers')),
      $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, payment_id = excluded.payment_id,
      payment_status = excluded.payment_status, decline_code = excluded.decline_code,
      action_url = excluded.action_url, placed_at = excluded.placed_at, version = e.version + 1
    RETURNING id, number, version
  ), o AS (
    INSERT INTO orders (id, group_id, vendor_id, position, number, shopper_id, email,
      shipping_address, currency, payable_minor, status, placed_at, due_at)
    SELECT r."orderId", g.id, r."vendorId", r.position, g.number || '-' || r.position, $2, $4, $5,
      $6, r."payableMinor", 'placed', $17, $18
    FROM g, jsonb_to_recordset($19) AS r("orderId" uuid, "vendorId" uuid, position int,
      "payableMinor" bigint)
    RETURNING id, vendor_id
  ), l AS (
    INSERT INTO order_lines (id, order_id, vendor_id, position, kind, frozen, quantity)
    SELECT (i.frozen ->> 'lineId')::uuid, o.id, o.vendor_id, i.place, i.frozen ->> 'kind',
      i.frozen, (i.frozen ->> 'quantity')::int
    FROM o JOIN jsonb_to_recordset($19) AS r("orderId" uuid, items jsonb) ON r."orderId" = o.id,
      jsonb_array_elements(r.items) WITH ORDINALITY AS i(frozen, place)
  ), t AS (
    INSERT INTO order_timeline (order_id, vendor_id, at, kind, actor, detail)
    SELECT o.id, o.vendor_id, $17, 'placed', 'shopper', '{}' FROM o
  ), k AS (
    UPDATE idempotency SET status = $22, reply = replace($23, '${numberMark}', g.number)::jsonb
    FROM g WHERE actor = $20 AND key = $21 AND $22::int IS NOT NULL
  )
  SELECT number, version FROM g`;

export type GroupStatus = 'processing' | 'awaitingPayment' | 'placed' | 'failed' | 'expired';

/** How a group stands after a step of its checkout. */
export interface GroupWrite {
  readonly draft: Draft;
  readonly state: CheckoutState;
  readonly status: GroupStatus;
  readonly at: Date;
}

/** Writes a group, with its orders and lines where it is placed; returns its number. */
export async function writeGroup(
  tx: Tx,
  { draft, state, status, at }: GroupWrite,
): Promise<{ number: string; version: number }> {
  const placed = status === 'placed';
  const outcome = outcomeOf(state, status);
  const { payment } = state;
  const [row] = await tx.query<{ number: string; version: number }>(writeSql, [
    state.groupId,
    draft.shopperId,
    draft.cartId,
    draft.email,
    JSON.stringify(draft.shippingAddress),
    draft.currency,
    JSON.stringify(draft.terms),
    JSON.stringify(draft.coupons),
    draft.totalMinor,
    status,
    payment?.paymentId ?? null,
    payment?.status ?? null,
    payment?.declineCode ?? null,
    payment?.actionUrl ?? null,
    state.expiresAt,
    state.startedAt,
    placed ? at : null,
    placed ? deadlineAfter(deadlines.unshippedCancelled, at) : null,
    JSON.stringify(placed ? draft.orders : []),
    state.key.actor,
    state.key.key,
    outcome?.status ?? null,
    outcome ? JSON.stringify(outcome.stored) : null,
  ]);
  assert(row, 'The group was not written');
  return row;
}

/** Answers the key of a checkout that leaves no group behind. */
export async function answerKey(tx: Tx, state: CheckoutState): Promise<void> {
  const outcome = outcomeOf(state, 'failed');
  await tx.query('UPDATE idempotency SET status = $3, reply = $4 WHERE actor = $1 AND key = $2', [
    state.key.actor,
    state.key.key,
    outcome?.status,
    JSON.stringify(outcome?.stored),
  ]);
}

/** The final answer to a checkout's key; while it waits there is none. */
function outcomeOf(
  state: CheckoutState,
  status: GroupStatus,
): { status: number; stored: StoredOutcome } | null {
  if (status === 'processing' || status === 'awaitingPayment') return null;
  const reply = replyOf(state, numberMark);
  return reply.ok
    ? { status: 201, stored: { body: reply.value as CheckoutReply } }
    : { status: 409, stored: { refusal: reply.error } };
}
