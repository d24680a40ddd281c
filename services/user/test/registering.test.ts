import { newId } from '@mkt/kernel';
import { createTokenVerifier } from '@mkt/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logIn, newAccount, password, refresh, startUserTest, type UserTest } from './start.ts';

describe('opening an account', () => {
  let user: UserTest;
  beforeAll(async () => {
    user = await startUserTest();
  });
  afterAll(() => user.close());

  const register = (body: Record<string, unknown>) =>
    user.it.request('POST', '/v1/auth/register', { body: { password, name: 'Ida', ...body } });

  test('stores the account, tells the others, and hands out tokens that verify', async () => {
    const reply = await register({ email: 'Ida@Example.TEST' });
    expect(reply.status).toBe(201);
    const { userId, sessionId, accessToken } = reply.body;
    const { rows } = await user.it.database.admin('SELECT * FROM "user".users WHERE user_id = $1', [
      userId,
    ]);
    expect(rows[0]).toMatchObject({ email: 'ida@example.test', name: 'Ida', operator: false });
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    const [event] = await user.it.events('user.registered');
    expect(event).toMatchObject({
      aggregateId: userId,
      vendorId: null,
      payload: { userId, email: 'ida@example.test', name: 'Ida' },
    });
    const keys = (await user.it.request('GET', '/v1/auth/jwks')).body;
    const actor = await createTokenVerifier(async () => keys).verify(accessToken);
    expect(actor).toEqual({ kind: 'user', userId, sessionId, operator: false });
  });

  test('keeps neither the password nor a token in the clear', async () => {
    const { tokens } = await newAccount(user);
    const { rows } = await user.it.database.admin(
      `SELECT (SELECT string_agg(s::text, ' ') FROM "user".sessions s)
         || (SELECT string_agg(t::text, ' ') FROM "user".refresh_tokens t)
         || (SELECT string_agg(u::text, ' ') FROM "user".users u)
         || coalesce((SELECT string_agg(i::text, ' ') FROM "user".idempotency i), '') AS everything`,
    );
    for (const secret of [tokens.accessToken, tokens.refreshToken, password]) {
      expect(rows[0].everything).not.toContain(secret);
    }
  });

  test('takes an e-mail address once, however it is written, also from rivals at once', async () => {
    const replies = await Promise.all(
      ['RIVAL@example.test', 'rival@example.test', 'Rival@Example.Test'].map((email) =>
        register({ email }),
      ),
    );
    expect(replies.map((reply) => reply.status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    const refused = replies.find((reply) => reply.status === 409);
    expect(refused?.body.code).toBe('EMAIL_TAKEN');
    const events = await user.it.events('user.registered');
    const rivals = events.filter(
      (event) => (event.payload as { email: string }).email === 'rival@example.test',
    );
    expect(rivals).toHaveLength(1);
  });

  test('keeps the id of a guest who registers, once, and ends the guest’s session', async () => {
    const guest = (await user.it.request('POST', '/v1/auth/guest')).body;
    expect(guest).toMatchObject({ kind: 'guest', operator: false, vendor: null });
    const guestToken = await user.it.tokens.guest(guest.userId);
    const first = await register({ email: 'guest-1@example.test', guestToken });
    expect(first.body).toMatchObject({ kind: 'user', userId: guest.userId });
    expect((await refresh(user, guest.refreshToken)).body.code).toBe('SESSION_REVOKED');
    expect((await refresh(user, first.body.refreshToken)).status).toBe(200);
    const second = await register({ email: 'guest-2@example.test', guestToken });
    expect(second.status).toBe(201);
    expect(second.body.userId).not.toBe(guest.userId);
  });

  test('lets a guest go on past the life of its access token', async () => {
    const guest = (await user.it.request('POST', '/v1/auth/guest')).body;
    const later = await refresh(user, guest.refreshToken);
    expect(later.body).toMatchObject({ kind: 'guest', userId: guest.userId });
  });

  test.each([
    ['an account’s token as guest token', async () => user.it.tokens.user(), 'GUEST_TOKEN_INVALID'],
    ['a forged guest token', async () => 'a.b.c', 'GUEST_TOKEN_INVALID'],
  ])('refuses %s', async (_, tokenOf, code) => {
    const reply = await register({ email: 'nobody@example.test', guestToken: await tokenOf() });
    expect(reply.status).toBe(422);
    expect(reply.body.code).toBe(code);
  });

  test.each([
    ['a short password', { password: 'nine char' }, 400, 'INVALID_REQUEST'],
    ['a password too long', { password: 'ab cd'.repeat(41) }, 400, 'INVALID_REQUEST'],
    ['a password of few characters', { password: 'aaaaaaaaaaaa' }, 422, 'PASSWORD_TOO_WEAK'],
    ['the e-mail as password', { password: 'Weak@Example.test' }, 422, 'PASSWORD_TOO_WEAK'],
    ['no e-mail address', { email: 'ida.example.test' }, 400, 'INVALID_REQUEST'],
    ['an e-mail too long', { email: `${'a'.repeat(250)}@x.test` }, 400, 'INVALID_REQUEST'],
    ['an empty name', { name: '  ' }, 400, 'INVALID_REQUEST'],
    ['a control character', { name: 'I\u0000da' }, 400, 'INVALID_REQUEST'],
    ['an unknown field', { operator: true }, 400, 'INVALID_REQUEST'],
  ])('refuses %s and stores nothing', async (_, wrong, status, code) => {
    const reply = await register({ email: 'weak@example.test', ...wrong });
    expect(reply.body).toMatchObject({ status, code });
    const found = await logIn(user, { email: 'weak@example.test', password });
    expect(found.body.code).toBe('INVALID_CREDENTIALS');
  });

  test('says who a token stands for', async () => {
    const { token, userId, email } = await newAccount(user, 'Mae');
    const me = await user.it.request('GET', '/v1/auth/me', { token });
    expect(me.body).toEqual({
      kind: 'user',
      userId,
      operator: false,
      vendor: null,
      email,
      name: 'Mae',
    });
    const guestId = newId<'User'>();
    const guest = await user.it.request('GET', '/v1/auth/me', {
      token: await user.it.tokens.guest(guestId),
    });
    expect(guest.body).toMatchObject({ kind: 'guest', userId: guestId, email: null });
    const unknown = await user.it.request('GET', '/v1/auth/me', {
      token: await user.it.tokens.user(),
    });
    expect(unknown.status).toBe(404);
  });
});
