import { id, money, text } from '@mkt/contracts';
import { type Clock, newId, ok, refuse } from '@mkt/kernel';
import { type AnyRoute, type RouteRequest, route } from '@mkt/service-kit';
import { z } from 'zod';
import { cancel } from '../domain/cancel.ts';
import type { ChangeResult } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { giveGoodwill, takeBack } from '../domain/refund.ts';
import { ship } from '../domain/ship.ts';
import { changeOrder, type MovementRunner, orderNotFound } from '../operations/change-order.ts';
import { lockOrder } from '../store/orders.ts';
import { type Caller, callerOf, scopeOf, shopperOf } from './caller.ts';
import { orderView, reason, unitsOfLines } from './schemas.ts';
import { viewOrder } from './views.ts';

export interface ChangeDeps {
  readonly clock: Clock;
  readonly movements: MovementRunner;
}

const fulfillers = { staff: ['owner', 'manager', 'fulfiller'], scope: 'orders:write' } as const;
const deciders = { staff: ['owner', 'manager'], scope: 'orders:write' } as const;

const params = z.strictObject({ orderId: id<'Order'>() });
const refusals = {
  ORDER_NOT_FOUND: 404,
  LINE_NOT_FOUND: 404,
  LINE_REPEATED: 400,
  NO_UNITS_LEFT: 409,
  UNITS_NOT_FREE: 409,
  UNITS_NOT_REFUNDABLE: 409,
  REFUND_EXCEEDS_CAPTURE: 409,
  REFUND_AMOUNT_INVALID: 400,
  CURRENCY_MISMATCH: 400,
  BEARER_NOT_YOURS: 403,
  MOVEMENT_NOT_FOUND: 404,
  MOVEMENT_NOT_REFUSED: 409,
};
const reply = { status: 201, schema: orderView } as const;

const shipBody = z.strictObject({
  /** Everything that is left, unless lines are named. */
  lines: unitsOfLines.optional(),
  carrier: text(80),
  trackingNumber: text(80),
  trackingUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
});
const cancelBody = z.strictObject({ lines: unitsOfLines.optional(), reason });
const refundBody = z.union([
  z.strictObject({
    lines: unitsOfLines,
    reason,
    /** A reason that is the vendor's gives the shipping back with the last of the goods. */
    vendorFault: z.boolean().default(false),
  }),
  z.strictObject({ amount: money, bearer: z.enum(['vendor', 'marketplace']), reason }),
]);

type ChangeRequest = Pick<
  RouteRequest<{ orderId: Order['orderId'] }, unknown, unknown>,
  'params' | 'mutate'
>;

/** One change of an order for whoever may make it, in the scope of that caller. */
async function change(
  { movements }: ChangeDeps,
  caller: Caller,
  request: ChangeRequest,
  decide: (order: Order) => ChangeResult,
) {
  return request.mutate(scopeOf(caller), async (tx) => {
    const { orderId } = request.params;
    const shopperId = shopperOf(caller);
    const outcome = await changeOrder(tx, movements, { orderId, shopperId, decide });
    return outcome.ok ? ok(viewOrder(outcome.value, caller.as)) : outcome;
  });
}

export function changeRoutes(deps: ChangeDeps): AnyRoute[] {
  const now = () => deps.clock.now();
  return [
    route({
      method: 'POST',
      path: '/v1/orders/:orderId/shipments',
      summary: 'Ship units of an order and capture their part of the payment',
      access: [fulfillers, 'operator'],
      params,
      body: shipBody,
      reply,
      refusals,
      handle: (request) => {
        const { actor, body } = request;
        const caller = callerOf(actor, fulfillers);
        const command = {
          shipmentId: newId<'Shipment'>(),
          lines: body.lines ?? null,
          carrier: body.carrier,
          trackingNumber: body.trackingNumber,
          trackingUrl: body.trackingUrl ?? null,
          by: caller.as,
          at: now(),
        };
        return change(deps, caller, request, (order) => ship(order, command));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/orders/:orderId/cancel',
      summary: 'Cancel what was not shipped yet, whole or per line',
      access: ['shopper', fulfillers, 'operator'],
      params,
      body: cancelBody,
      reply,
      refusals,
      handle: (request) => {
        const { actor, body } = request;
        const caller = callerOf(actor, fulfillers);
        const command = {
          cancellationId: newId(),
          lines: body.lines ?? null,
          reason: body.reason,
          by: caller.as,
          at: now(),
        };
        return change(deps, caller, request, (order) => cancel(order, command));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/orders/:orderId/refunds',
      summary: 'Refund returned units, or an amount as goodwill',
      access: [deciders, 'operator'],
      params,
      body: refundBody,
      reply,
      refusals,
      handle: async (request) => {
        const { actor, body } = request;
        const caller = callerOf(actor, deciders);
        const common = { refundId: newId(), reason: body.reason, by: caller.as, at: now() };
        if ('lines' in body) {
          const { lines, vendorFault } = body;
          return change(deps, caller, request, (order) =>
            takeBack(order, { ...common, lines, vendorFault }),
          );
        }
        const { amount, bearer } = body;
        if (bearer === 'marketplace' && caller.as !== 'operator') {
          return refuse('BEARER_NOT_YOURS', 'A vendor gives goodwill at its own expense.');
        }
        return change(deps, caller, request, (order) =>
          giveGoodwill(order, { ...common, amount, bearer }),
        );
      },
    }),
    retryRoute(deps),
  ];
}

function retryRoute({ movements }: ChangeDeps): AnyRoute {
  return route({
    method: 'POST',
    path: '/v1/orders/:orderId/movements/:movementId/retry',
    summary: 'Try a movement of money again that the payment service refused',
    access: [deciders, 'operator'],
    params: z.strictObject({ orderId: id<'Order'>(), movementId: z.uuid() }),
    reply: { status: 202, schema: orderView },
    refusals,
    handle: (request) => {
      const caller = callerOf(request.actor, deciders);
      return request.mutate(scopeOf(caller), async (tx) => {
        const order = await lockOrder(tx, request.params.orderId);
        if (!order) return orderNotFound();
        const { movementId } = request.params;
        const movement = order.movements.find((other) => other.movementId === movementId);
        if (!movement) return refuse('MOVEMENT_NOT_FOUND', 'The order has no such movement.');
        if (movement.state !== 'refused') {
          return refuse('MOVEMENT_NOT_REFUSED', 'Only a refused movement is tried again.');
        }
        await movements.signal(tx, movementId, { kind: 'retry' });
        return ok(viewOrder(order, caller.as));
      });
    },
  });
}
