import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import { checkHost } from './address-guard.ts';

function refused(detail: string): Result<string, Refusal> {
  return refuse('WEBHOOK_URL_REFUSED', detail);
}

/** What a vendor may register. Names are looked up at each send, where the guard is. */
export function checkWebhookUrl(given: string, allowLoopback: boolean): Result<string, Refusal> {
  const url = URL.parse(given);
  if (!url) return refused('This is not an address.');
  const loopback = allowLoopback && url.protocol === 'http:' && url.hostname === '127.0.0.1';
  if (url.protocol !== 'https:' && !loopback) return refused('The address must begin with https.');
  if (url.username || url.password) return refused('The address must hold no credentials.');
  try {
    checkHost(url.hostname, allowLoopback);
  } catch {
    return refused('The address is not one of the open internet.');
  }
  url.hash = '';
  return ok(url.href);
}
