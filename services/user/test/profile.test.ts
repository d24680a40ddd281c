import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logIn, newAccount, password, refresh, startUserTest, type UserTest } from './start.ts';

const home = {
  name: 'Ada Marsh',
  line1: '4 Kiln Lane',
  city: 'Porto',
  postalCode: '4000-001',
  country: 'PT',
};

describe('an account', () => {
  let user: UserTest;
  beforeAll(async () => {
    user = await startUserTest();
  });
  afterAll(() => user.close());

  test('changes its name and its consent, and notes when it consented', async () => {
    const { token } = await newAccount(user);
    const before = await user.it.request('GET', '/v1/users/me', { token });
    expect(before.headers.etag).toBe('"1"');
    expect(before.body).toMatchObject({ marketingConsent: false, marketingConsentAt: null });
    const changed = await user.it.request('PATCH', '/v1/users/me', {
      token,
      body: { name: 'Ada Moor', marketingConsent: true },
      headers: { 'if-match': '"1"' },
    });
    expect(changed.body).toMatchObject({
      name: 'Ada Moor',
      marketingConsent: true,
      marketingConsentAt: user.it.clock.now().toISOString(),
      version: 2,
    });
    const stale = await user.it.request('PATCH', '/v1/users/me', {
      token,
      body: { name: 'Ada Mere' },
      headers: { 'if-match': '"1"' },
    });
    expect(stale.body).toMatchObject({ status: 412, code: 'VERSION_CONFLICT' });
    const nothing = await user.it.request('PATCH', '/v1/users/me', { token, body: {} });
    expect(nothing.status).toBe(400);
  });

  test('changes its password, which closes every other session', async () => {
    const { email, token, refreshToken } = await newAccount(user);
    const other = await logIn(user, { email, password });
    const change = (currentPassword: string, newPassword: string) =>
      user.it.request('POST', '/v1/users/me/password', {
        token,
        body: { currentPassword, newPassword },
      });
    const wrong = await change('not the password', 'eight tall herons');
    expect(wrong.body).toMatchObject({ status: 422, code: 'CURRENT_PASSWORD_WRONG' });
    expect((await change(password, 'bbbbbbbbbbbb')).body.code).toBe('PASSWORD_TOO_WEAK');
    expect((await change(password, 'eight tall herons')).status).toBe(204);
    expect((await refresh(user, other.body.refreshToken)).body.code).toBe('SESSION_REVOKED');
    expect((await refresh(user, refreshToken)).status).toBe(200);
    expect((await logIn(user, { email, password })).status).toBe(401);
    expect((await logIn(user, { email, password: 'eight tall herons' })).status).toBe(200);
    const { rows } = await user.it.database.admin(
      'SELECT count(*)::int AS n FROM "user".idempotency WHERE route LIKE $1',
      ['%password'],
    );
    expect(rows[0].n).toBe(0);
  });

  test('keeps addresses with exactly one default', async () => {
    const { token } = await newAccount(user);
    const add = (isDefault: boolean, line1: string) =>
      user.it.request('POST', '/v1/users/me/addresses', {
        token,
        body: { address: { ...home, line1 }, isDefault, label: line1 },
      });
    const list = async () =>
      (await user.it.request('GET', '/v1/users/me/addresses', { token })).body.items.map(
        (item: { label: string; isDefault: boolean }) => [item.label, item.isDefault],
      );
    const first = await add(false, 'one');
    expect(first.status).toBe(201);
    const second = await add(true, 'two');
    await add(false, 'three');
    expect(await list()).toEqual([
      ['one', false],
      ['two', true],
      ['three', false],
    ]);

    const path = `/v1/users/me/addresses/${first.body.addressId}`;
    const put = (ifMatch: string) =>
      user.it.request('PUT', path, {
        token,
        body: { address: home, isDefault: true, label: 'home' },
        headers: { 'if-match': ifMatch },
      });
    expect((await put('"1"')).body.code).toBe('VERSION_CONFLICT');
    expect((await put('"2"')).body).toMatchObject({ isDefault: true, version: 3, address: home });
    expect(await list()).toEqual([
      ['home', true],
      ['two', false],
      ['three', false],
    ]);

    expect((await user.it.request('DELETE', path, { token })).status).toBe(204);
    expect(await list()).toEqual([
      ['two', true],
      ['three', false],
    ]);
    expect((await user.it.request('DELETE', path, { token })).status).toBe(404);
    const stranger = (await newAccount(user)).token;
    const theirs = `/v1/users/me/addresses/${second.body.addressId}`;
    expect((await user.it.request('DELETE', theirs, { token: stranger })).status).toBe(404);
    expect(await list()).toHaveLength(2);
  });

  test('keeps at most twenty addresses, also when rivals add them at once', async () => {
    const { token } = await newAccount(user);
    const replies = await Promise.all(
      Array.from({ length: 24 }, () =>
        user.it.request('POST', '/v1/users/me/addresses', { token, body: { address: home } }),
      ),
    );
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(20);
    const refused = replies.filter((reply) => reply.body.code === 'TOO_MANY_ADDRESSES');
    expect(refused).toHaveLength(4);
  });

  test.each([
    ['an unknown country', { ...home, country: 'Portugal' }],
    ['a line too long', { ...home, line1: 'x'.repeat(201) }],
    ['half a character', { ...home, city: 'P\ud800rto' }],
    ['an unknown field', { ...home, planet: 'Mars' }],
    ['no city', { ...home, city: undefined }],
  ])('refuses an address with %s', async (_, address) => {
    const { token } = await newAccount(user);
    const reply = await user.it.request('POST', '/v1/users/me/addresses', {
      token,
      body: { address },
    });
    expect(reply.status).toBe(400);
  });

  test('exports what is held about it, without secrets', async () => {
    const { token, email, userId, refreshToken } = await newAccount(user);
    await user.it.request('POST', '/v1/users/me/addresses', { token, body: { address: home } });
    const reply = await user.it.request('GET', '/v1/users/me/export', { token });
    expect(reply.body).toMatchObject({
      profile: { userId, email },
      addresses: [{ address: home, isDefault: true }],
      sessions: [{ userAgent: expect.any(String) }],
    });
    expect(reply.text).not.toContain('argon2');
    expect(reply.text).not.toContain(refreshToken);
  });

  test('is found by operators by the beginning of its e-mail, page by page', async () => {
    const token = await user.it.tokens.operator();
    const body = { password, name: 'Zoe' };
    for (const email of ['zoe_1@example.test', 'zoe_2@example.test', 'zoeb@example.test']) {
      await user.it.request('POST', '/v1/auth/register', { body: { ...body, email } });
    }
    const find = (query: string) => user.it.request('GET', `/v1/users?${query}`, { token });
    const first = await find('email=ZOE_&limit=1');
    expect(first.body.items.map((item: { email: string }) => item.email)).toEqual([
      'zoe_1@example.test',
    ]);
    const second = await find(`email=zoe_&limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({
      items: [{ email: 'zoe_2@example.test' }],
      nextCursor: null,
    });
    expect((await find('cursor=nonsense')).status).toBe(400);
    expect((await find('email=%25')).body.items).toEqual([]);
    expect((await find('email=%00')).status).toBe(400);
    const curious = (await newAccount(user)).token;
    expect((await user.it.request('GET', '/v1/users', { token: curious })).status).toBe(403);
  });
});
