import { createHmac, timingSafeEqual } from 'node:crypto';
import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';

export const signatureHeader = 'simulator-signature';

function digestOf(secret: string, timeMs: number, body: string): Buffer {
  return createHmac('sha256', secret).update(`${timeMs}.${body}`).digest();
}

/** `t=<milliseconds>,v1=<HMAC-SHA-256 of "t.body", hexadecimal>`. */
export function signNotice(secret: string, body: string, now: Date): string {
  const timeMs = now.getTime();
  return `t=${timeMs},v1=${digestOf(secret, timeMs, body).toString('hex')}`;
}

export interface SignedNotice {
  readonly secret: string;
  readonly body: string;
  readonly header: unknown;
  readonly now: Date;
  readonly toleranceMs: number;
}

/** A forged notice, or a true one sent again much later, is refused. */
export function checkNotice(notice: SignedNotice): Result<void, Refusal> {
  const match = /^t=(\d{1,16}),v1=([0-9a-f]{64})$/.exec(
    typeof notice.header === 'string' ? notice.header : '',
  );
  if (!match) return refuse('WEBHOOK_SIGNATURE_MISSING', 'The signature header is missing.');
  const timeMs = Number(match[1]);
  const given = Buffer.from(match[2] ?? '', 'hex');
  if (!timingSafeEqual(given, digestOf(notice.secret, timeMs, notice.body))) {
    return refuse('WEBHOOK_SIGNATURE_INVALID', 'The signature does not fit the body.');
  }
  if (Math.abs(notice.now.getTime() - timeMs) > notice.toleranceMs) {
    return refuse('WEBHOOK_TOO_OLD', 'The signature is too old to be accepted.');
  }
  return ok();
}
