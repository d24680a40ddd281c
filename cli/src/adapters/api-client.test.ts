import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { memoryCredentials, sessionOf } from '../testing/memory-credentials.ts';
import { createApiClient } from './api-client.ts';
import type { Credentials } from './credentials.ts';
import type { Outgoing, Reply } from './http-exchange.ts';
import type { Transport } from './transport.ts';

const answer = (status: number, text: string, type: string): Reply => ({
  origin: 'http://a.test',
  status,
  header: (name) => (name === 'content-type' ? type : undefined),
  text: async () => text,
  stream: Readable.from([Buffer.from(text)]),
  discard: () => {},
});
const json = (status: number, body: unknown, type = 'application/json') =>
  answer(status, JSON.stringify(body), type);
const refusal = (status: number, code: string) =>
  json(status, { status, code, detail: 'No.' }, 'application/problem+json');

/** A server with rotating tokens: each refresh token works once. */
function server() {
  const sent: Outgoing[] = [];
  let generation = 1;
  const transport: Transport = async (request) => {
    sent.push(request);
    if (request.path === '/v1/auth/refresh') {
      const { refreshToken } = JSON.parse(request.body ?? '') as { refreshToken: string };
      if (refreshToken !== `refresh-${generation}`) return refusal(401, 'REFRESH_TOKEN_REUSED');
      generation += 1;
      return json(200, sessionOf(String(generation)));
    }
    const token = request.headers['authorization'];
    if (token !== `Bearer access-${generation}`) return refusal(401, 'TOKEN_INVALID');
    return json(200, { done: request.path });
  };
  return { sent, transport };
}

const at = (moment: string) => () => Date.parse(moment);
const inTime = at('2030-01-01T00:00:00Z');

function client(transport: Transport, credentials: Credentials, now = inTime) {
  const who = { url: 'http://a.test', profile: 'kiln', anonymous: false };
  return createApiClient({ ...who, transport, credentials, now, invocationId: 'run-12345' });
}

describe('a client', () => {
  it('sends a key of its own with each change, and none with a read', async () => {
    const { sent, transport } = server();
    const api = client(transport, memoryCredentials(sessionOf('1')));
    await api.get('/v1/orders', { status: undefined, tag: ['a', 'b'], limit: 5 });
    await api.post('/v1/one', { a: 1 });
    await api.put('/v1/two', {});
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual([
      undefined,
      'run-12345-1',
      'run-12345-2',
    ]);
    expect(sent[0]?.path).toBe('/v1/orders?tag=a&tag=b&limit=5');
    expect(sent[1]?.body).toBe('{"a":1}');
  });

  it('renews an access token that is about to end, once for all that run', async () => {
    const { sent, transport } = server();
    const credentials = memoryCredentials(sessionOf('1'));
    const late = at('2030-01-01T00:14:50Z');
    const clients = [1, 2, 3].map(() => client(transport, credentials, late));
    await Promise.all(clients.map((api) => api.get('/v1/orders')));
    expect(sent.filter(({ path }) => path === '/v1/auth/refresh')).toHaveLength(1);
    await expect(credentials.read()).resolves.toMatchObject({
      accessToken: 'access-2',
      refreshToken: 'refresh-2',
      email: '1@example.test',
    });
  });

  it('renews a token that the server no longer takes, and repeats the request with its key', async () => {
    const { sent, transport } = server();
    const stale = sessionOf('1', { accessToken: 'forgotten' });
    await client(transport, memoryCredentials(stale)).post('/v1/one');
    const [first, , again] = sent;
    expect(again?.path).toBe('/v1/one');
    expect(again?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
  });

  it('forgets a session that cannot be renewed, and says to log in', async () => {
    const { transport } = server();
    const credentials = memoryCredentials(sessionOf('1', { refreshToken: 'stolen and used' }));
    const late = at('2030-01-01T01:00:00Z');
    const attempt = client(transport, credentials, late).get('/v1/orders');
    await expect(attempt).rejects.toMatchObject({
      code: 'SESSION_ENDED',
      exit: 4,
      next: 'Log in: mkt login --as kiln',
    });
    await expect(credentials.read()).resolves.toBeUndefined();
  });

  it('keeps the session when the server is only away', async () => {
    const transport: Transport = async () => refusal(503, 'DEPENDENCY_UNAVAILABLE');
    const credentials = memoryCredentials(sessionOf('1'));
    const late = at('2030-01-01T01:00:00Z');
    await expect(client(transport, credentials, late).get('/v1/orders')).rejects.toMatchObject({
      exit: 7,
    });
    await expect(credentials.read()).resolves.toEqual(sessionOf('1'));
  });

  it('sends nothing where nobody is logged in', async () => {
    const { sent, transport } = server();
    const attempt = client(transport, memoryCredentials()).get('/v1/orders');
    await expect(attempt).rejects.toMatchObject({ code: 'NOT_LOGGED_IN', exit: 4 });
    expect(sent).toEqual([]);
  });

  it('says so where the answer breaks off', async () => {
    const broken = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    const text = () => Promise.reject(broken);
    const transport: Transport = async () => ({ ...json(200, {}), text });
    const attempt = client(transport, memoryCredentials(sessionOf('1'))).get('/v1/orders');
    await expect(attempt).rejects.toMatchObject({ code: 'ANSWER_INCOMPLETE', exit: 7 });
  });

  it('says so where something else answers than a marketplace', async () => {
    const transport: Transport = async () => answer(200, '<html>', 'text/html');
    const attempt = client(transport, memoryCredentials(sessionOf('1'))).get('/v1/orders');
    await expect(attempt).rejects.toMatchObject({ code: 'UNEXPECTED_REPLY' });
  });
});
