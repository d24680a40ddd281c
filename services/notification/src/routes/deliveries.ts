import { page, pageQuery, timestamp } from '@mkt/contracts';
import { type Clock, ok, refuse } from '@mkt/kernel';
import { type AnyRoute, type Database, pageOf, platformScope, route } from '@mkt/service-kit';
import { z } from 'zod';
import type { Mailer } from '../operations/mailer.ts';
import { listMessages, lockMessage, type Message, requeueMessage } from '../store/messages.ts';
import { afterCursor, keyOf } from './paging.ts';

const states = z.enum(['waiting', 'queued', 'sent', 'failed']);

const delivery = z.strictObject({
  id: z.uuid(),
  eventId: z.uuid(),
  template: z.string(),
  to: z.string().nullable(),
  state: states,
  attempts: z.int(),
  dueAt: timestamp,
  lastError: z.string().nullable(),
  sentAt: timestamp.nullable(),
  createdAt: timestamp,
});

function deliveryView(message: Message): z.output<typeof delivery> {
  const { id, eventId, template, to, state, attempts, dueAt, lastError, sentAt } = message;
  return {
    ...{ id, eventId, template, to, state, attempts, lastError },
    dueAt: dueAt.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
    createdAt: message.createdAt.toISOString(),
  };
}

export function deliveryRoutes(db: Database, clock: Clock, mailer: Mailer): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/notifications/deliveries',
      summary: 'What became of each mail, newest first, without its words',
      access: 'operator',
      query: z.strictObject({ ...pageQuery, state: states.optional() }),
      reply: { status: 200, schema: page(delivery) },
      async handle({ query: { state, limit, cursor } }) {
        const rows = await listMessages(db, { state, after: afterCursor(cursor), limit });
        return ok(pageOf(rows, limit, { item: deliveryView, key: keyOf }));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/notifications/deliveries/:id/retry',
      summary: 'Try a mail again that was given up',
      access: 'operator',
      params: z.strictObject({ id: z.uuid() }),
      reply: { status: 200, schema: delivery },
      refusals: { MESSAGE_NOT_FOUND: 404, DELIVERY_NOT_FAILED: 409 },
      handle: ({ params: { id }, mutate }) =>
        mutate(platformScope, async (tx) => {
          const found = await lockMessage(tx, id);
          if (!found) return refuse('MESSAGE_NOT_FOUND', 'There is no such mail.');
          if (found.state !== 'failed') {
            return refuse('DELIVERY_NOT_FAILED', 'Only a mail that was given up can be retried.');
          }
          const dueAt = clock.now();
          await requeueMessage(tx, id, dueAt);
          mailer.wake(tx);
          return ok(deliveryView({ ...found, state: 'queued', attempts: 0, dueAt }));
        }),
    }),
  ];
}
