import type { ServerResponse } from 'node:http';

/** For answers of the API; pages set their own content security policy. */
const securityHeaders: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'strict-origin-when-cross-origin'],
  ['cross-origin-resource-policy', 'cross-origin'],
  ['x-frame-options', 'DENY'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
];

export const securityHeadersByName = Object.fromEntries(securityHeaders);

export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of securityHeaders) response.setHeader(name, value);
}

const allowedHeaders =
  'authorization, content-type, idempotency-key, if-match, if-none-match, traceparent, x-request-id';
const exposedHeaders =
  'etag, ratelimit, ratelimit-policy, retry-after, x-request-id, deprecation, sunset';

/**
 * Cross-origin rules: listed origins may read answers. There are no cookies, so a foreign page can
 * never act with a shopper's rights; the list only decides who may read at all.
 */
export function setCorsHeaders(
  response: ServerResponse,
  origin: string | undefined,
  allowedOrigins: readonly string[],
): void {
  response.setHeader('vary', 'origin');
  const allowed = allowedOrigins.includes('*') ? '*' : allowedOrigins.find((one) => one === origin);
  if (!origin || !allowed) return;
  response.setHeader('access-control-allow-origin', allowed === '*' ? '*' : origin);
  response.setHeader('access-control-expose-headers', exposedHeaders);
}

export function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': allowedHeaders,
    'access-control-max-age': '7200',
  });
  response.end();
}
