import { createHmac } from 'node:crypto';

/**
 * `t=<seconds>,v1=<hex>`: an HMAC-SHA-256 over `<seconds>.<body>`. The receiver computes the same
 * and refuses what is older than a few minutes, so that a copied request cannot be sent again.
 */
export function signatureOf(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1_000);
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}
