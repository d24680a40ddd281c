import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { DeliveryError } from '../domain/retry.ts';
import { checkHost, guardedLookup } from './address-guard.ts';

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PostOptions {
  readonly allowLoopback: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Sends once. Any 2xx is success; a redirect is not followed, it could lead past the guard. */
export async function postWebhook(
  { url: target, headers, body }: WebhookRequest,
  { allowLoopback, timeoutMs, signal }: PostOptions,
): Promise<void> {
  const url = new URL(target);
  checkHost(url.hostname, allowLoopback);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const outgoing = send(url, {
    method: 'POST',
    agent: false,
    lookup: guardedLookup,
    // One budget for everything: look-up, connection, answer.
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  });
  outgoing.on('response', (response) => {
    const { statusCode = 0 } = response;
    // Nothing of the answer's body is of use, and it may be endless.
    response.destroy();
    if (statusCode >= 200 && statusCode < 300) resolve();
    else reject(new DeliveryError(`http ${statusCode}`));
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    if (error instanceof DeliveryError) return reject(error);
    reject(new DeliveryError(`connection ${error.code ?? error.name}`, { cause: error }));
  });
  outgoing.end(body);
  await promise;
}
