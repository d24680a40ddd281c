import { text } from 'node:stream/consumers';
import { type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';
import type { PaymentContext } from '../operations/context.ts';
import { receiveWebhook } from '../operations/receive-webhook.ts';

/** Where the provider sends its notices. The body is taken raw: the signature is of its bytes. */
export function webhookRoutes(context: PaymentContext): AnyRoute[] {
  return [
    route({
      method: 'POST',
      path: `/v1/payments/webhooks/${context.provider.name}`,
      summary: 'Take in a signed notice of the payment provider',
      access: 'public',
      repeat: 'natural',
      body: 'stream',
      bodyTypes: ['application/json'],
      maxBodyBytes: 64 * 1024,
      reply: { status: 200, schema: z.strictObject({ received: z.boolean() }) },
      refusals: {
        WEBHOOK_SIGNATURE_MISSING: 401,
        WEBHOOK_SIGNATURE_INVALID: 401,
        WEBHOOK_TOO_OLD: 401,
        WEBHOOK_MALFORMED: 400,
      },
      handle: async ({ body, headers }) => receiveWebhook(context, await text(body), headers),
    }),
  ];
}
