import { page, pageQuery, timestamp } from '@mkt/contracts';
import { type Clock, ok, refuse } from '@mkt/kernel';
import { type AnyRoute, type Database, pageOf, route, vendorScope } from '@mkt/service-kit';
import { z } from 'zod';
import type { WebhookSender } from '../operations/webhook-sender.ts';
import { type Delivery, listDeliveries, replayDelivery } from '../store/webhooks.ts';
import { webhookEventTypes } from '../webhooks/payloads.ts';
import { afterCursor, keyOf } from './paging.ts';
import { vendorOf, webhookSettings } from './webhooks.ts';

const delivery = z.strictObject({
  deliveryId: z.uuid(),
  eventId: z.uuid(),
  eventType: z.enum(webhookEventTypes),
  state: z.enum(['queued', 'sent', 'failed']),
  attempts: z.int(),
  dueAt: timestamp,
  lastError: z.string().nullable(),
  sentAt: timestamp.nullable(),
  createdAt: timestamp,
});

function deliveryView({ id, ...row }: Delivery): z.output<typeof delivery> {
  return {
    deliveryId: id,
    ...row,
    dueAt: row.dueAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

export function webhookDeliveryRoutes(
  db: Database,
  clock: Clock,
  webhooks: WebhookSender,
): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/notifications/webhooks/:endpointId/deliveries',
      summary: 'What was sent to an endpoint, newest first',
      access: [webhookSettings],
      params: z.strictObject({ endpointId: z.uuid() }),
      query: z.strictObject(pageQuery),
      reply: { status: 200, schema: page(delivery) },
      refusals: { WEBHOOK_NOT_FOUND: 404 },
      async handle({ actor, params: { endpointId }, query: { limit, cursor } }) {
        const after = afterCursor(cursor);
        const rows = await db.transaction(vendorScope(vendorOf(actor)), (tx) =>
          listDeliveries(tx, endpointId, { after, limit }),
        );
        if (!rows) return refuse('WEBHOOK_NOT_FOUND', 'There is no such endpoint.');
        return ok(pageOf(rows, limit, { item: deliveryView, key: keyOf }));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/notifications/webhooks/:endpointId/deliveries/:deliveryId/replay',
      summary: 'Send a delivery again, newly signed, with the same event id',
      access: [webhookSettings],
      params: z.strictObject({ endpointId: z.uuid(), deliveryId: z.uuid() }),
      reply: { status: 200, schema: delivery },
      refusals: { DELIVERY_NOT_FOUND: 404 },
      handle: ({ actor, params, mutate }) =>
        mutate(vendorScope(vendorOf(actor)), async (tx) => {
          const replayed = await replayDelivery(tx, { ...params, now: clock.now() });
          if (!replayed) return refuse('DELIVERY_NOT_FOUND', 'There is no such delivery.');
          webhooks.wake(tx);
          return ok(deliveryView(replayed));
        }),
    }),
  ];
}
