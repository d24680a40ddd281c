import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@mkt/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpUpstream, httpUpstream } from '../src/edge/http-upstream.ts';

type Handler = (request: IncomingMessage, response: import('node:http').ServerResponse) => void;

async function listen(handler: Handler): Promise<{ server: Server; url: string }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}` };
}

describe('a service in another process, as the gateway sees it', () => {
  let service: { server: Server; url: string };
  let edge: { server: Server; url: string };
  let upstream: HttpUpstream;
  let handler: Handler;

  beforeAll(async () => {
    service = await listen((incoming, response) => handler(incoming, response));
    upstream = httpUpstream({
      name: 'product',
      routes: [],
      url: service.url,
      log: createLogger('silent'),
    });
    edge = await listen((incoming, response) => {
      response.setHeader('x-request-id', 'from-the-edge');
      upstream.dispatch(incoming, response);
    });
  });
  afterAll(async () => {
    for (const { server } of [edge, service]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await upstream.close();
  });

  test('passes method, address, headers and body on, and the answer back', async () => {
    const seen: Record<string, unknown> = {};
    handler = (incoming, response) => {
      Object.assign(seen, { method: incoming.method, url: incoming.url, ...incoming.headers });
      response.writeHead(201, { etag: '"3"', 'content-type': 'text/plain' });
      incoming.pipe(response);
    };
    const reply = await fetch(`${edge.url}/v1/products/a?x=%C3%A4`, {
      method: 'POST',
      headers: { authorization: 'Bearer t', 'idempotency-key': 'k', 'x-mkt-deadline-ms': '1' },
      body: 'so much',
    });
    expect([reply.status, await reply.text()]).toEqual([201, 'so much']);
    expect(reply.headers.get('etag')).toBe('"3"');
    expect(reply.headers.get('x-request-id')).toBe('from-the-edge');
    expect(seen).toMatchObject({
      method: 'POST',
      url: '/v1/products/a?x=%C3%A4',
      authorization: 'Bearer t',
      'idempotency-key': 'k',
      host: new URL(service.url).host,
    });
    expect(seen).not.toHaveProperty('x-mkt-deadline-ms');
  });

  test('drops what belongs to one connection, in both directions', async () => {
    let seen: Record<string, unknown> = {};
    handler = (incoming, response) => {
      seen = incoming.headers;
      response.writeHead(200, { connection: 'keep-alive, x-hop', 'x-hop': '1', 'x-end': '1' });
      response.end();
    };
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      const sent = {
        connection: 'keep-alive, x-mine',
        'x-mine': '1',
        te: 'trailers',
        'x-far': '1',
      };
      const call = request(edge.url, { headers: sent }, (reply) => {
        reply.resume();
        resolve(reply.headers);
      });
      call.on('error', reject);
      call.end();
    });
    expect(seen).toHaveProperty('x-far');
    expect(seen).not.toHaveProperty('x-mine');
    expect(seen).not.toHaveProperty('te');
    expect(headers).toHaveProperty('x-end');
    expect(headers).not.toHaveProperty('x-hop');
  });

  test('streams: the first part arrives before the last is made, in both directions', async () => {
    const firstSeen = Promise.withResolvers<void>();
    handler = (incoming, response) => {
      incoming.once('data', () => {
        response.writeHead(200);
        response.write('first');
        firstSeen.resolve();
      });
      incoming.once('end', () => response.end('last'));
    };
    const answer = await new Promise<string[]>((resolve, reject) => {
      const parts: string[] = [];
      const call = request(edge.url, { method: 'POST' }, (reply) => {
        reply.once('data', (part: Buffer) => {
          parts.push(part.toString());
          // Only now is the rest of the request sent: nothing waited for its end.
          call.end('b');
          reply.on('data', (more: Buffer) => parts.push(more.toString()));
        });
        reply.once('end', () => resolve(parts));
      });
      call.on('error', reject);
      call.write('a');
    });
    await firstSeen.promise;
    expect(answer).toEqual(['first', 'last']);
  });

  test('gives up on the service when the client has left', async () => {
    const left = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    handler = (incoming) => {
      begun.resolve();
      incoming.socket.once('close', () => left.resolve());
    };
    const client = new AbortController();
    const call = fetch(edge.url, { signal: client.signal }).catch(() => 'left');
    await begun.promise;
    client.abort();
    expect(await call).toBe('left');
    await left.promise;
  });

  test('answers 503 with the time to come back when the service is not there', async () => {
    const away = httpUpstream({
      name: 'order',
      routes: [],
      url: 'http://127.0.0.1:1',
      log: createLogger('silent'),
    });
    const { server, url } = await listen((incoming, response) => away.dispatch(incoming, response));
    const reply = await fetch(url);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '2']);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(await reply.json()).toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    await expect(away.fetch('/v1/a', {})).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    server.close();
    await away.close();
  });

  test('ends the connection when the service breaks off in the middle of its answer', async () => {
    handler = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      response.socket?.destroySoon();
    };
    const reply = await fetch(edge.url);
    await expect(reply.text()).rejects.toThrow();
  });

  test('fetches a whole answer, to cache or to look into', async () => {
    handler = (incoming, response) => {
      response.writeHead(200, { 'cache-control': 'public, max-age=5' });
      response.end(`${incoming.url} ${incoming.headers.accept}`);
    };
    const reply = await upstream.fetch('/v1/a?b=1', { accept: 'application/json' });
    expect(reply.status).toBe(200);
    expect(reply.headers['cache-control']).toBe('public, max-age=5');
    expect(reply.body.toString()).toBe('/v1/a?b=1 application/json');
  });
});
