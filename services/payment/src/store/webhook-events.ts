import type { Tx } from '@mkt/service-kit';

export interface WebhookEvent {
  readonly provider: string;
  readonly eventId: string;
  readonly type: string;
  readonly paymentId: string;
  readonly receivedAt: Date;
}

/** Inserted first: false for an event that was received before. A rival waits for the first one. */
export async function addWebhookEvent(
  tx: Pick<Tx, 'query'>,
  event: WebhookEvent,
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO webhook_events (provider, event_id, type, payment_id, received_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING event_id`,
    [event.provider, event.eventId, event.type, event.paymentId, event.receivedAt],
  );
  return rows.length > 0;
}
