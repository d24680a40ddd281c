import { timestamp } from '@mkt/contracts';
import { assert, type Clock, newId, ok, refuse, type VendorId } from '@mkt/kernel';
import {
  type Actor,
  type AnyRoute,
  type Database,
  route,
  vendorOfActor,
  vendorScope,
} from '@mkt/service-kit';
import { z } from 'zod';
import type { NotificationConfig } from '../config.ts';
import {
  deleteEndpoint,
  type Endpoint,
  endpointSecret,
  insertEndpoint,
  listEndpoints,
} from '../store/webhooks.ts';
import { webhookEventTypes } from '../webhooks/payloads.ts';
import type { WebhookSecrets } from '../webhooks/secrets.ts';
import { checkWebhookUrl } from '../webhooks/url.ts';

export const webhookSettings = { staff: ['owner', 'manager'], scope: 'settings:write' } as const;

const eventTypes = z.array(z.enum(webhookEventTypes)).min(1).max(webhookEventTypes.length);
const endpoint = z.strictObject({
  endpointId: z.uuid(),
  url: z.string(),
  eventTypes,
  createdAt: timestamp,
});

function endpointView({ id, createdAt, ...rest }: Endpoint): z.output<typeof endpoint> {
  return { endpointId: id, ...rest, createdAt: createdAt.toISOString() };
}

export function vendorOf(actor: Actor): VendorId {
  const vendorId = vendorOfActor(actor);
  assert(vendorId, 'The access rule lets only a vendor in');
  return vendorId;
}

export interface WebhookRouteDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: NotificationConfig;
  readonly secrets: WebhookSecrets;
}

export function webhookRoutes({ db, clock, config, secrets }: WebhookRouteDeps): AnyRoute[] {
  const { allowLoopback, maxWebhooksPerVendor: max } = config;
  return [
    route({
      method: 'GET',
      path: '/v1/notifications/webhooks',
      summary: "The own vendor's webhook endpoints",
      access: [webhookSettings],
      reply: { status: 200, schema: z.strictObject({ items: z.array(endpoint) }) },
      async handle({ actor }) {
        const rows = await db.transaction(vendorScope(vendorOf(actor)), listEndpoints);
        return ok({ items: rows.map(endpointView) });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/notifications/webhooks',
      summary: 'Add a webhook endpoint; its secret is shown this once',
      access: [webhookSettings],
      body: z.strictObject({ url: z.string().min(1).max(2_048), eventTypes }),
      reply: { status: 201, schema: endpoint.extend({ secret: z.string() }) },
      refusals: { WEBHOOK_URL_REFUSED: 422, TOO_MANY_WEBHOOKS: 409, WEBHOOK_NOT_FOUND: 404 },
      async handle({ actor, body, mutate }) {
        const url = checkWebhookUrl(body.url, allowLoopback);
        if (!url.ok) return url;
        const vendorId = vendorOf(actor);
        const made = await mutate(vendorScope(vendorId), async (tx) => {
          const createdAt = clock.now();
          const added = {
            ...{ id: newId(createdAt.getTime()), url: url.value, createdAt },
            eventTypes: [...new Set(body.eventTypes)],
          };
          const secret = secrets.make(added.id);
          if (!(await insertEndpoint(tx, vendorId, { ...added, secret, max }))) {
            return refuse('TOO_MANY_WEBHOOKS', `A vendor has at most ${max} webhook endpoints.`);
          }
          return ok(endpointView(added));
        });
        if (!made.ok) return made;
        // Not part of the answer that is stored for repeats, which nobody has sealed.
        const stored = await endpointSecret(db, made.value.endpointId);
        if (stored === undefined) {
          return refuse('WEBHOOK_NOT_FOUND', 'This endpoint was removed again meanwhile.');
        }
        return ok({ ...made.value, secret: secrets.open(made.value.endpointId, stored) });
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/notifications/webhooks/:endpointId',
      summary: 'Remove a webhook endpoint with its log',
      access: [webhookSettings],
      params: z.strictObject({ endpointId: z.uuid() }),
      reply: { status: 204 },
      refusals: { WEBHOOK_NOT_FOUND: 404 },
      handle: ({ actor, params: { endpointId }, mutate }) =>
        mutate(vendorScope(vendorOf(actor)), async (tx) => {
          const removed = await deleteEndpoint(tx, endpointId);
          return removed
            ? ok(undefined)
            : refuse('WEBHOOK_NOT_FOUND', 'There is no such endpoint.');
        }),
    }),
  ];
}
