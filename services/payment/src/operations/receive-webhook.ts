import { isUuid, ok, type Refusal, type Result } from '@mkt/kernel';
import { platformScope } from '@mkt/service-kit';
import { addWebhookEvent } from '../store/webhook-events.ts';
import type { PaymentContext } from './context.ts';
import { observeIn } from './observe-payment.ts';

/** Takes a provider's notice in once: its id is inserted first, in the transaction of its effect. */
export async function receiveWebhook(
  context: PaymentContext,
  body: string,
  headers: Readonly<Record<string, unknown>>,
): Promise<Result<{ received: boolean }, Refusal>> {
  const { db, provider, clock } = context;
  const now = clock.now();
  const verified = await provider.verifyWebhook(body, headers, now);
  if (!verified.ok) return verified;
  const { id: eventId, type, paymentKey: paymentId, payment } = verified.value;
  // A payment is stored before the provider hears of it, so one that is not is not ours.
  if (!isUuid(paymentId)) return ok({ received: true });
  await db.transaction(platformScope, async (tx) => {
    const event = { provider: provider.name, eventId, type, paymentId, receivedAt: now };
    if (await addWebhookEvent(tx, event)) await observeIn(tx, context, paymentId, payment);
  });
  return ok({ received: true });
}
