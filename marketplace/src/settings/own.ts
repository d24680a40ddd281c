import { flagText, setting, urlText, wholeText } from '@mkt/service-kit';
import type { ServiceName } from '@mkt/topology';
import { z } from 'zod';

/** What one service can be told beside what every service can. */
export const mailSettings = {
  SMTP_URL: setting(urlText(['smtp', 'smtps'], 'smtps://user:password@host:465').optional(), {
    meaning: 'Mail server; without it mails are kept in the database and read over the API.',
    secret: true,
  }),
  MAIL_FROM: setting(z.string().min(3).default('Marketplace <no-reply@marketplace.invalid>'), {
    meaning: 'Sender of every mail, as Name <address>.',
  }),
  MAIL_DOMAIN: setting(z.string().min(1).default('marketplace.invalid'), {
    meaning: 'What Message-IDs end in: a domain of yours.',
  }),
  WEBHOOKS_TO_LOOPBACK: setting(flagText(false), {
    meaning: 'For development: webhooks may go to http://127.0.0.1.',
  }),
} as const;

const operatorSettings = {
  OPERATOR_EMAIL: setting(z.email().optional(), {
    meaning: 'Account that is made an operator at the start; needs OPERATOR_PASSWORD.',
  }),
  OPERATOR_PASSWORD: setting(z.string().min(12, 'Give 12 characters or more.').optional(), {
    meaning: 'Password of OPERATOR_EMAIL, used when that account becomes an operator.',
    secret: true,
  }),
} as const;

const payoutSettings = {
  PAYOUT_HOLD_DAYS: setting(wholeText({ min: 0, max: 365 }).default(7), {
    meaning: "How long a sale's money stays on hold after its delivery.",
  }),
  PAYOUT_RESERVE_PPM: setting(wholeText({ min: 0, max: 1_000_000 }).default(0), {
    meaning: 'Part of it, in millionths, that is reserved when the hold is over.',
  }),
  PAYOUT_RESERVE_DAYS: setting(wholeText({ min: 0, max: 365 }).default(90), {
    meaning: 'How long a reserve is kept.',
  }),
} as const;

const paymentSettings = {
  PAYMENT_SIMULATOR_LATENCY_MS: setting(wholeText({ min: 0, max: 60_000 }).default(0), {
    meaning: 'How long the simulated payment provider takes to answer.',
  }),
} as const;

/** Own settings by service; a service that is not named has none. */
export const ownSettings = {
  notification: mailSettings,
  user: operatorSettings,
  payment: paymentSettings,
  payout: payoutSettings,
} as const satisfies Partial<Record<ServiceName, z.ZodRawShape>>;

export const ownSchemas = {
  notification: z.object(mailSettings),
  user: z
    .object(operatorSettings)
    .refine(
      (given) => (given.OPERATOR_EMAIL === undefined) === (given.OPERATOR_PASSWORD === undefined),
      { path: ['OPERATOR_EMAIL'], error: 'Give both OPERATOR_EMAIL and OPERATOR_PASSWORD.' },
    ),
  payment: z.object(paymentSettings),
  payout: z.object(payoutSettings),
} as const;

export type OwnSettings = {
  readonly [Name in keyof typeof ownSchemas]: z.output<(typeof ownSchemas)[Name]>;
};
