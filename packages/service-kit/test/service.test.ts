import { newId } from '@mkt/kernel';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { ServiceDefinition } from '../src/index.ts';
import { startTestService, type TestService } from '../src/testing/index.ts';
import { sampleService } from './sample-service.ts';

describe('a service whose collections are not those of the topology', () => {
  const starting = (definition: ServiceDefinition) =>
    startTestService(definition, { postgresUrl: inject('postgresUrl') });

  test('is not built where it opens one more', async () => {
    const buildApp: ServiceDefinition['buildApp'] = ({ documents }) => {
      documents({ name: 'notes', fields: {} });
      return { routes: [] };
    };
    await expect(starting({ ...sampleService, buildApp })).rejects.toThrow(
      'inventory opens the collection notes, which the topology does not declare',
    );
  });

  test('is not built where it opens one less', async () => {
    const buildApp = () => ({ routes: [] });
    await expect(starting({ ...sampleService, name: 'product', buildApp })).rejects.toThrow(
      'product never opens the collection products, which the topology declares',
    );
  });
});

describe('a service built by the kit', () => {
  let it: TestService;
  const vendorId = newId<'Vendor'>();
  let token: string;

  beforeAll(async () => {
    it = await startTestService(sampleService, { postgresUrl: inject('postgresUrl') });
    token = await it.tokens.staff(vendorId);
  });
  afterAll(() => it.close());

  test('says of a route since when it is not to be used, and when it will be gone', async () => {
    const { headers } = await it.request('GET', '/v1/stock/former-notes');
    expect(headers.deprecation).toBe('@1801353600');
    expect(headers.sunset).toBe('Sat, 31 Jul 2027 00:00:00 GMT');
    expect(headers['cache-control']).toBe('public, max-age=60, immutable');
  });

  test('stores a change and its event together and answers with what was stored', async () => {
    const reply = await it.request('POST', '/v1/stock/notes', { token, body: { body: 'first' } });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ body: 'first', version: 1 });
    const events = await it.events('inventory.stockChanged');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ vendorId, aggregateId: reply.body.id });
  });

  test('answers a repeated key with the first answer and changes nothing more', async () => {
    const body = { body: 'once' };
    const send = () =>
      it.request('POST', '/v1/stock/notes', { token, body, idempotencyKey: 'same-key-1' });
    const replies = await Promise.all(Array.from({ length: 20 }, send));
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([201]));
    expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
    const { rows } = await it.database.admin(
      `SELECT count(*)::int AS n FROM inventory.notes WHERE body = 'once'`,
    );
    expect(rows[0].n).toBe(1);
  });

  test('refuses a repeated key with another body', async () => {
    const first = { token, body: { body: 'a' }, idempotencyKey: 'same-key-2' };
    await it.request('POST', '/v1/stock/notes', first);
    const second = await it.request('POST', '/v1/stock/notes', { ...first, body: { body: 'b' } });
    expect(second.status).toBe(422);
    expect(second.body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('rolls a refused change back with its event and leaves the key free', async () => {
    const before = (await it.events()).length;
    const request = { token, body: { body: 'forbidden' }, idempotencyKey: 'same-key-3' };
    const refused = await it.request('POST', '/v1/stock/notes', request);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'NOTE_FORBIDDEN', status: 409 });
    expect(await it.events()).toHaveLength(before);
    const { rows } = await it.database.admin(
      `SELECT count(*)::int AS n FROM inventory.idempotency WHERE key = 'same-key-3'`,
    );
    expect(rows[0].n).toBe(0);
  });

  test('shows a vendor its own rows and no one else’s', async () => {
    const stranger = await it.tokens.staff(newId<'Vendor'>());
    const reply = await it.request('GET', '/v1/stock/notes', { token: stranger });
    expect(reply.body.items).toEqual([]);
    const own = await it.request('GET', '/v1/stock/notes', { token });
    expect(own.body.items.length).toBeGreaterThan(0);
  });

  test.each([
    ['no token', {}, 401, 'AUTHENTICATION_REQUIRED'],
    ['a forged token', { token: 'a.b.c' }, 401, 'TOKEN_INVALID'],
    ['malformed JSON', { raw: '{"body":' }, 400, 'MALFORMED_JSON'],
    ['broken UTF-8', { raw: Buffer.from([0x7b, 0xff, 0x7d]) }, 400, 'MALFORMED_ENCODING'],
    ['half of a character', { raw: '{"body":"\\ud800"}' }, 400, 'MALFORMED_ENCODING'],
    ['half of a character in a name', { raw: '{"\\udc00":1}' }, 400, 'MALFORMED_ENCODING'],
    [
      'deep nesting',
      { raw: `{"body":${'['.repeat(90_000)}${']'.repeat(90_000)}}` },
      400,
      'MALFORMED_JSON',
    ],
    ['an unknown field', { body: { body: 'x', more: 1 } }, 400, 'INVALID_REQUEST'],
    ['a wrong type', { body: { body: 7 } }, 400, 'INVALID_REQUEST'],
    ['a body too large', { raw: `{"body":"${'x'.repeat(300_000)}"}` }, 413, 'BODY_TOO_LARGE'],
    [
      'no idempotency key',
      { body: { body: 'x' }, idempotencyKey: null },
      400,
      'IDEMPOTENCY_KEY_REQUIRED',
    ],
    [
      'another media type',
      { raw: 'hello', headers: { 'content-type': 'text/plain' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
  ])('answers %s with a problem and a stable code', async (_, request, status, code) => {
    const reply = await it.request('POST', '/v1/stock/notes', {
      ...('token' in request || status === 401 ? {} : { token }),
      ...request,
    });
    expect(reply.body).toMatchObject({ status, code });
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toContain('application/problem+json');
  });

  test('refuses an expired token by name', async () => {
    const expired = await it.tokens.sign({ kind: 'guest' }, '-1s');
    const reply = await it.request('GET', '/v1/stock/notes', { token: expired });
    expect(reply.body.code).toBe('TOKEN_EXPIRED');
  });
});
