import { vendorVerifyApiKey } from '@mkt/contracts';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Applied, applied, hire, startVendorTest } from './start.ts';

const dayMs = 86_400_000;

describe('an API key', () => {
  let it: TestService;
  let vendor: Applied;
  beforeAll(async () => {
    it = await startVendorTest();
    vendor = await applied(it);
  });
  afterAll(() => it.close());

  const path = () => `/v1/vendors/${vendor.vendorId}/api-keys`;
  const make = (body: object = {}, idempotencyKey?: string) =>
    it.request('POST', path(), {
      token: vendor.owner,
      body: { name: 'warehouse', scopes: ['stock:read', 'stock:write'], ...body },
      ...(idempotencyKey ? { idempotencyKey } : {}),
    });
  const verify = (key: string) => it.peer('vendor.verifyApiKey', { key });
  const invalid = { ok: false, error: { code: 'API_KEY_INVALID' } };

  test('is shown once, stored as a hash, and verified', async () => {
    const reply = await make();
    expect(reply.status).toBe(201);
    const { key, keyId, startsWith } = reply.body;
    expect(key).toMatch(/^mkt_[A-Za-z0-9_-]{22}_[A-Za-z0-9_-]{43}$/);
    expect(key.startsWith(startsWith)).toBe(true);
    const verified = await verify(key);
    if (!verified.ok) throw new Error(verified.error.code);
    expect(vendorVerifyApiKey.reply.parse(verified.value)).toEqual({
      keyId,
      vendorId: vendor.vendorId,
      scopes: ['stock:read', 'stock:write'],
      expiresAt: null,
    });
    const secret = key.slice(-43);
    const list = await it.request('GET', path(), { token: vendor.owner });
    expect(list.text).not.toContain(secret);
    const { rows } = await it.database.admin(
      `SELECT (SELECT string_agg(k::text, ' ') FROM vendor.api_keys k)
         || (SELECT string_agg(i::text, ' ') FROM vendor.idempotency i) AS stored`,
    );
    expect(rows[0].stored).not.toContain(secret);
  });

  test('is made once per request key, and a repeat does not get the secret', async () => {
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => make({ name: 'once' }, 'make-key-once')),
    );
    expect(new Set(replies.map((reply) => reply.body.keyId)).size).toBe(1);
    const keys = replies.map((reply) => reply.body.key).filter((key) => key !== null);
    expect(keys).toHaveLength(1);
    expect((await verify(keys[0])).ok).toBe(true);
  });

  test('stops working when it expires, by the business clock', async () => {
    const expiresAt = new Date(it.clock.now().getTime() + dayMs).toISOString();
    const { body } = await make({ expiresAt });
    expect(await verify(body.key)).toMatchObject({ ok: true, value: { expiresAt } });
    await it.advance(dayMs - 1);
    expect((await verify(body.key)).ok).toBe(true);
    await it.advance(1);
    expect(await verify(body.key)).toMatchObject(invalid);
    const list = await it.request('GET', path(), { token: vendor.owner });
    const [listed] = list.body.items.filter((item: { keyId: string }) => item.keyId === body.keyId);
    expect(listed).toMatchObject({ expired: true, expiresAt });
  });

  test('stops working when it is revoked; revoking twice is fine', async () => {
    const { body } = await make();
    const revoke = () => it.request('DELETE', `${path()}/${body.keyId}`, { token: vendor.owner });
    expect((await revoke()).status).toBe(204);
    expect(await verify(body.key)).toMatchObject(invalid);
    expect((await revoke()).status).toBe(204);
  });

  test.each([
    ['nothing like a key', () => 'hello'],
    ['an empty one', () => ''],
    ['one with another secret', (key: string) => key.slice(0, -43) + 'A'.repeat(43)],
    ['one with an unknown id', (key: string) => `mkt_${'A'.repeat(22)}${key.slice(26)}`],
    ['one with more behind it', (key: string) => `${key}x`],
  ])('is refused when it is %s', async (_, spoil) => {
    const { body } = await make();
    expect(await verify(spoil(body.key))).toMatchObject(invalid);
    await it.request('DELETE', `${path()}/${body.keyId}`, { token: vendor.owner });
  });

  test.each([
    ['no scope', { scopes: [] }, 400, 'INVALID_REQUEST'],
    ['an unknown scope', { scopes: ['everything'] }, 400, 'INVALID_REQUEST'],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 422, 'EXPIRES_IN_THE_PAST'],
    ['an end that is no time', { expiresAt: 'tomorrow' }, 400, 'INVALID_REQUEST'],
    ['a name too long', { name: 'x'.repeat(81) }, 400, 'INVALID_REQUEST'],
  ])('is not made with %s', async (_, body, status, code) => {
    const reply = await make(body);
    expect(reply.body).toMatchObject({ status, code });
  });

  test('is made by owners and managers, never by a key or by others', async () => {
    const post = async (token: string) =>
      (await it.request('POST', path(), { token, body: { name: 'k', scopes: ['orders:read'] } }))
        .status;
    const manager = await hire(it, vendor, 'manager');
    const fulfiller = await hire(it, vendor, 'fulfiller');
    expect(await post(manager.staff)).toBe(201);
    expect(await post(fulfiller.staff)).toBe(403);
    expect(await post(await it.tokens.operator())).toBe(403);
    expect(await post(await it.tokens.apiKey(vendor.vendorId, ['settings:write']))).toBe(403);
  });

  test('notes its use by the hour, not by the request', async () => {
    const { body } = await make();
    const used = async () => {
      await verify(body.key);
      const sql = 'SELECT last_used_at FROM vendor.api_keys WHERE key_id = $1';
      return (await it.database.admin(sql, [body.keyId])).rows[0].last_used_at.getTime();
    };
    const first = await used();
    it.clock.advance(59 * 60_000);
    expect(await used()).toBe(first);
    it.clock.advance(60_000);
    expect(await used()).toBe(first + 3_600_000);
  });

  test('is one of a bounded number, of rivals too', async () => {
    const other = await applied(it);
    const replies = await Promise.all(
      Array.from({ length: 23 }, () =>
        it.request('POST', `/v1/vendors/${other.vendorId}/api-keys`, {
          token: other.owner,
          body: { name: 'many', scopes: ['orders:read'] },
        }),
      ),
    );
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(20);
    expect(replies.filter((reply) => reply.body.code === 'TOO_MANY_API_KEYS')).toHaveLength(3);
  });
});
