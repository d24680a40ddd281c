import type { ServiceParts, ServiceRuntime } from '@mkt/service-kit';
import type { NotificationConfig } from './config.ts';
import { accountConsumers } from './events/accounts.ts';
import { orderConsumers } from './events/orders.ts';
import { createMailer } from './operations/mailer.ts';
import { createWebhookSender } from './operations/webhook-sender.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { inboxRoutes } from './routes/inbox.ts';
import { mailboxRoutes } from './routes/mailbox.ts';
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { retention } from './store/retention.ts';
import { localTransport } from './transports/local.ts';
import { createSmtpTransport } from './transports/smtp.ts';
import type { MailTransport } from './transports/transport.ts';
import { createWebhookSecrets } from './webhooks/secrets.ts';

function transportOf(config: NotificationConfig): MailTransport {
  const { mail, from, mailDomain, sendTimeoutMs: timeoutMs } = config;
  if (mail.transport === 'local') return localTransport;
  return createSmtpTransport({ url: mail.url, from, mailDomain, timeoutMs });
}

export function buildApp(runtime: ServiceRuntime, config: NotificationConfig): ServiceParts {
  const { db, clock } = runtime;
  const secrets = createWebhookSecrets(runtime.secrets);
  const transport = transportOf(config);
  const mailer = createMailer(runtime, { transport, retry: config.mailRetry });
  const webhooks = createWebhookSender(runtime, config, secrets);
  return {
    routes: [
      ...mailboxRoutes(db),
      ...inboxRoutes(db, clock),
      ...deliveryRoutes(db, clock, mailer),
      ...webhookRoutes({ db, clock, config, secrets }),
      ...webhookDeliveryRoutes(db, clock, webhooks),
    ],
    consumers: [...accountConsumers(mailer), ...orderConsumers(mailer, webhooks)],
    background: [
      // Before the first delivery is signed; a wrong secret key is told at the start.
      { start: () => secrets.sealStored(db), stop: async () => {} },
      mailer.queue,
      webhooks.queue,
    ],
    retention,
  };
}
