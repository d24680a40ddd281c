import type { EventEnvelope } from '@mkt/contracts';
import type { VendorId } from '@mkt/kernel';
import type { DueWork, ServiceRuntime, Tx } from '@mkt/service-kit';
import type { NotificationConfig } from '../config.ts';
import { claimDeliveries, type DueDelivery, insertDeliveries } from '../store/webhooks.ts';
import { postWebhook } from '../webhooks/post.ts';
import type { WebhookSecrets } from '../webhooks/secrets.ts';
import { signatureOf } from '../webhooks/signature.ts';
import { createDeliveryQueue } from './delivery-queue.ts';

export interface WebhookSender {
  readonly queue: DueWork;
  /** Tells each vendor's endpoints what that vendor may know of the event. */
  announce(
    tx: Tx,
    event: EventEnvelope,
    parts: readonly { readonly vendorId: VendorId; readonly data: unknown }[],
  ): Promise<void>;
  wake(tx: Tx): void;
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
    async announce(tx, event, parts) {
      const announcements = parts.map(({ vendorId, data }) => ({
        vendorId,
        body: bodyOf(event, data),
      }));
      const named = { eventId: event.id, eventType: event.type, now: clock.now() };
      if ((await insertDeliveries(tx, named, announcements)) > 0) wake(tx);
    },
    wake,
  };
}
