import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import { platformScope } from '@mkt/service-kit';
import { refusalOf } from '../domain/movement.ts';
import type { NewMovement } from '../store/movements.ts';
import type { Movement } from '../store/rows.ts';
import { later, type PaymentContext } from './context.ts';
import { emitSettled } from './movement-events.ts';

/**
 * Captures, voids or refunds part of an order's share. The amount is taken from the share before
 * the provider is called, so that rivals cannot take it too; a repeat gets the first outcome.
 */
export async function move(
  context: PaymentContext,
  request: NewMovement,
): Promise<Result<Movement, Refusal>> {
  const { movements, clock, config } = context;
  const now = clock.now();
  const dueAt = later(now, config.unansweredMs);
  const reserved = await movements.reserve(request, { now, dueAt });
  const movement = reserved ?? (await movements.byOperationKey(request.operationKey));
  if (!movement) {
    const share = await movements.shareFacts(request.groupId, request.orderId);
    return { ok: false, error: refusalOf(request.kind, share) };
  }
  if (!isSame(movement, request)) {
    return refuse('OPERATION_KEY_REUSED', 'This key was used for another movement.');
  }
  return finish(context, movement);
}

function isSame(movement: Movement, request: NewMovement): boolean {
  return (
    movement.kind === request.kind &&
    movement.groupId === request.groupId &&
    movement.orderId === request.orderId &&
    movement.amountMinor === request.amountMinor
  );
}

/** Brings a movement to its end; again after a crash, with the same key at the provider. */
export async function finish(
  context: PaymentContext,
  movement: Movement,
): Promise<Result<Movement, Refusal>> {
  if (movement.status === 'refused') return refused(movement);
  if (movement.status === 'settled') return ok(movement);
  context.faultPoint(`payment.${movement.kind}.written`);
  const moved = await callProvider(context, movement);
  context.faultPoint(`payment.${movement.kind}.asked`);
  const now = context.clock.now();
  if (!moved.ok) {
    await context.movements.refuse(movement, moved.error, now);
    return moved;
  }
  const { feeMinor } = moved.value;
  await context.db.transaction(platformScope, async (tx) => {
    const paymentVersion = await context.movements.settle(tx, movement, feeMinor, now);
    if (paymentVersion === null) return;
    emitSettled(tx, { movement, feeMinor, paymentVersion, at: now });
  });
  return ok(movement);
}

function refused(movement: Movement): Result<Movement, Refusal> {
  const { code, detail, data } = movement.refusal ?? {
    code: 'PROVIDER_REFUSED',
    detail: 'The provider refused it.',
  };
  return refuse(code, detail, data);
}

/** An amount of 0 is only told of: there is nothing for the provider to move. */
async function callProvider(
  { provider }: PaymentContext,
  { id, kind, paymentId, amountMinor }: Movement,
): Promise<Result<{ readonly feeMinor: number }, Refusal>> {
  if (amountMinor === 0) return ok({ feeMinor: 0 });
  const call = { paymentKey: paymentId, key: id, amountMinor };
  if (kind === 'capture') return provider.capture(call);
  const moved = await (kind === 'void' ? provider.void(call) : provider.refund(call));
  return moved.ok ? ok({ feeMinor: 0 }) : moved;
}
