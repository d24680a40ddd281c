import type { EventEnvelope } from '@mkt/contracts';
import type { VendorId } from '@mkt/kernel';
import type { DueWork, ServiceRuntime, Tx } from '@mkt/service-kit';
import type { NotificationConfig } from '../config.ts';
import {
  claimDeliveries,
  type DueDelivery,
  insertDeliveries,
  listeners,
} from '../store/webhooks.ts';
import { postWebhook } from '../webhooks/post.ts';
import type { WebhookSecrets } from '../webhooks/secrets.ts';
import { signatureOf } from '../webhooks/signature.ts';
import { createDeliveryQueue } from './delivery-queue.ts';

export interface WebhookSender {
  readonly queue: DueWork;
  /** Tells each vendor's endpoints what that vendor may know of events of one type. */
  announce(tx: Tx, news: readonly News[]): Promise<void>;
  wake(tx: Tx): void;
}

export interface News {
  readonly event: EventEnvelope;
  readonly parts: readonly { readonly vendorId: VendorId; readonly data: unknown }[];
}

function bodyOf({ id, type, occurredAt }: EventEnvelope, data: unknown): string {
  return JSON.stringify({ id, type, occurredAt, data });
}

export function createWebhookSender(
  runtime: ServiceRuntime,
  config: NotificationConfig,
  secrets: WebhookSecrets,
): WebhookSender {
  const { db, clock } = runtime;

  function deliver(delivery: DueDelivery, signal: AbortSignal): Promise<void> {
    const { id, endpointId, eventId, eventType, url, body } = delivery;
    const secret = secrets.open(endpointId, delivery.secret);
    const headers = {
      'user-agent': 'marketplace-webhooks/1',
      'mkt-delivery-id': id,
      'mkt-event-id': eventId,
      'mkt-event-type': eventType,
      'mkt-signature': signatureOf(secret, body, config.signatureClock.now()),
    };
    const { allowLoopback, sendTimeoutMs: timeoutMs } = config;
    return postWebhook({ url, headers, body }, { allowLoopback, timeoutMs, signal });
  }

  const queue = createDeliveryQueue({
    ...{ db, clock, log: runtime.log, table: 'webhook_deliveries', retry: config.webhookRetry },
    ...{ soleProcess: runtime.soleProcess, sweepIntervalMs: runtime.sweepIntervalMs },
    claim: (now) => claimDeliveries(db, now),
    deliver,
  });
  const wake = (tx: Tx) => tx.afterCommit(() => queue.armAt(clock.now()));
  return {
    queue,
    async announce(tx, news) {
      const [first] = news;
      if (!first) return;
      const eventType = first.event.type;
      const vendorIds = news.flatMap(({ parts }) => parts.map(({ vendorId }) => vendorId));
      const listening = await listeners(tx, eventType, vendorIds);
      if (listening.size === 0) return;
      const announcements = news.flatMap(({ event, parts }) =>
        parts
          .filter(({ vendorId }) => listening.has(vendorId))
          .map(({ vendorId, data }) => ({
            vendorId,
            eventId: event.id,
            body: bodyOf(event, data),
          })),
      );
      const added = await insertDeliveries(tx, { eventType, now: clock.now() }, announcements);
      if (added > 0) wake(tx);
    },
    wake,
  };
}
