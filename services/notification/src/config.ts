import { type Clock, systemClock } from '@mkt/kernel';
import type { RetryPolicy } from './domain/retry.ts';

export type MailSettings =
  /** Kept in the database and read over the API: nothing leaves the machine. */
  | { readonly transport: 'local' }
  /** `url` as `smtps://user:password@host:port`. */
  | { readonly transport: 'smtp'; readonly url: string };

/** Settings of the notification service. */
export interface NotificationConfig {
  readonly mail: MailSettings;
  readonly from: string;
  /** What Message-IDs end in. */
  readonly mailDomain: string;
  readonly mailRetry: RetryPolicy;
  readonly webhookRetry: RetryPolicy;
  /** Longest a mail server or an endpoint may take. */
  readonly sendTimeoutMs: number;
  readonly maxWebhooksPerVendor: number;
  /** Lets webhooks go to http://127.0.0.1, for development on one machine. */
  readonly allowLoopback: boolean;
  /** Real time, for signatures: the receiver's clock does not move with the business clock. */
  readonly signatureClock: Clock;
}

const minuteMs = 60_000;

export const notificationDefaults: NotificationConfig = {
  mail: { transport: 'local' },
  from: 'Marketplace <no-reply@marketplace.invalid>',
  mailDomain: 'marketplace.invalid',
  mailRetry: { maxAttempts: 8, firstMs: minuteMs, maxMs: 6 * 60 * minuteMs },
  webhookRetry: { maxAttempts: 10, firstMs: minuteMs / 2, maxMs: 12 * 60 * minuteMs },
  sendTimeoutMs: 10_000,
  maxWebhooksPerVendor: 10,
  allowLoopback: false,
  signatureClock: systemClock,
};
