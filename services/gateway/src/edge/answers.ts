import type { IncomingMessage, ServerResponse } from 'node:http';
import { pagePolicy } from '../pages/html.ts';
import { isKnown } from './etags.ts';
import type { CachedReply } from './response-cache.ts';

export function sendCached(
  reply: CachedReply,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.setHeader('cache-control', reply.cacheControl);
  for (const [name, value] of Object.entries(reply.notes)) response.setHeader(name, value);
  if (reply.status === 200) {
    response.setHeader('etag', reply.etag);
    if (isKnown(request.headers['if-none-match'], reply.etag)) {
      response.writeHead(304).end();
      return;
    }
  }
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': reply.body.byteLength,
  });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

export function sendText(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

export function sendPage(response: ServerResponse, html: string): void {
  response.setHeader('content-security-policy', pagePolicy);
  sendText(response, 200, 'text/html; charset=utf-8', html);
}

/** Anything but silence: what gave up waiting answers 504 in the place of the service. */
export const hasSpoken = ({ headersSent, statusCode }: ServerResponse): boolean =>
  headersSent && statusCode !== 504;
