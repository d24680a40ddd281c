import { newId } from '@mkt/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logIn, newAccount, password, refresh, startUserTest, type UserTest } from './start.ts';

const dayMs = 86_400_000;

describe('a session', () => {
  let user: UserTest;
  beforeAll(async () => {
    user = await startUserTest();
  });
  afterAll(() => user.close());

  test('goes on with a new refresh token each time', async () => {
    const { refreshToken, sessionId, userId } = await newAccount(user);
    const first = await refresh(user, refreshToken);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ sessionId, userId });
    expect(first.body.refreshToken).not.toBe(refreshToken);
    expect((await refresh(user, first.body.refreshToken)).status).toBe(200);
  });

  test('is closed for everybody when an old token comes back', async () => {
    const { refreshToken, sessionId } = await newAccount(user);
    const first = await refresh(user, refreshToken);
    const newest = await refresh(user, first.body.refreshToken);
    const replayed = await refresh(user, refreshToken);
    expect(replayed.status).toBe(401);
    expect(replayed.body.code).toBe('REFRESH_TOKEN_REUSED');
    const honest = await refresh(user, newest.body.refreshToken);
    expect(honest.body.code).toBe('SESSION_REVOKED');
    const { rows } = await user.it.database.admin(
      'SELECT revoked_because FROM "user".sessions WHERE session_id = $1',
      [sessionId],
    );
    expect(rows[0].revoked_because).toBe('tokenReused');
  });

  test('lets exactly one of twenty rivals with the same token through', async () => {
    const { refreshToken } = await newAccount(user);
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => refresh(user, refreshToken)),
    );
    const statuses = replies.map((reply) => reply.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(19);
  });

  test('knows no token that it did not give', async () => {
    const reply = await refresh(user, 'x'.repeat(43));
    expect(reply.body).toMatchObject({ status: 401, code: 'REFRESH_TOKEN_INVALID' });
  });

  test('remembers a bounded number of used tokens', async () => {
    const { refreshToken, sessionId } = await newAccount(user);
    let token = refreshToken;
    for (let n = 0; n < 105; n += 1) token = (await refresh(user, token)).body.refreshToken;
    const { rows } = await user.it.database.admin(
      'SELECT count(*)::int AS n FROM "user".refresh_tokens WHERE session_id = $1',
      [sessionId],
    );
    expect(rows[0].n).toBe(101);
    expect((await refresh(user, refreshToken)).body.code).toBe('REFRESH_TOKEN_INVALID');
  });

  test('asks again whether staff still work for the vendor', async () => {
    const { email, userId } = await newAccount(user);
    const vendorId = newId<'Vendor'>();
    user.staff.set(`${userId}:${vendorId}`, 'manager');
    const opened = await logIn(user, { email, password, vendorId });
    user.staff.set(`${userId}:${vendorId}`, 'finance');
    const demoted = await refresh(user, opened.body.refreshToken);
    expect(demoted.body.vendor).toEqual({ vendorId, role: 'finance' });
    user.staff.delete(`${userId}:${vendorId}`);
    const dismissed = await refresh(user, demoted.body.refreshToken);
    expect(dismissed.body).toMatchObject({ status: 403, code: 'NOT_STAFF' });
    const after = await refresh(user, demoted.body.refreshToken);
    expect(after.body.code).toBe('SESSION_REVOKED');
  });

  test('is listed and can be closed by its owner alone', async () => {
    const ada = await newAccount(user);
    const other = await newAccount(user);
    const phone = await user.it.request('POST', '/v1/auth/login', {
      body: { email: ada.email, password },
      headers: { 'user-agent': 'Phone/1.0' },
    });
    const list = async () =>
      (await user.it.request('GET', '/v1/auth/sessions', { token: ada.token })).body.items;
    expect(await list()).toMatchObject([
      { sessionId: phone.body.sessionId, current: false, userAgent: 'Phone/1.0' },
      { sessionId: ada.sessionId, current: true },
    ]);
    const path = `/v1/auth/sessions/${phone.body.sessionId}`;
    const stolen = await user.it.request('DELETE', path, { token: other.token });
    expect(stolen.status).toBe(404);
    expect((await refresh(user, phone.body.refreshToken)).status).toBe(200);
    const closed = await user.it.request('DELETE', path, { token: ada.token });
    expect(closed.status).toBe(204);
    expect(await list()).toHaveLength(1);
    const again = await user.it.request('DELETE', path, { token: ada.token });
    expect(again.status).toBe(204);
  });

  test('ends at log-out, by either token, and logging out twice is fine', async () => {
    const { email, refreshToken, token, sessionId } = await newAccount(user);
    const logOut = (request: { token?: string; body?: unknown }) =>
      user.it.request('POST', '/v1/auth/logout', request);
    expect((await logOut({ body: { refreshToken } })).status).toBe(204);
    expect((await refresh(user, refreshToken)).body.code).toBe('SESSION_REVOKED');
    expect((await logOut({ body: { refreshToken } })).status).toBe(204);
    expect((await logOut({ body: { refreshToken: 'unknown' } })).status).toBe(204);
    expect((await logOut({ token })).status).toBe(204);
    const second = await logIn(user, { email, password });
    const { userId, sessionId: sid } = second.body;
    expect(sid).not.toBe(sessionId);
    await logOut({ token: await user.it.tokens.sign({ sub: userId, kind: 'user', sid }) });
    expect((await refresh(user, second.body.refreshToken)).body.code).toBe('SESSION_REVOKED');
  });

  test('ends without use, and in the end with use; the business clock has no say', async () => {
    const idle = await newAccount(user);
    const busy = await newAccount(user);
    let token = busy.refreshToken;
    user.it.clock.advance(400 * dayMs);
    for (let day = 0; day < 160; day += 20) {
      user.realClock.advance(20 * dayMs);
      const reply = await refresh(user, token);
      expect(reply.status).toBe(200);
      token = reply.body.refreshToken;
    }
    expect((await refresh(user, idle.refreshToken)).body.code).toBe('SESSION_EXPIRED');
    user.realClock.advance(21 * dayMs);
    expect((await refresh(user, token)).body.code).toBe('SESSION_EXPIRED');
  });

  test('that is over is taken away by later log-ins', async () => {
    const { sessionId, email } = await newAccount(user);
    user.realClock.advance(200 * dayMs);
    const left = async () => {
      const { rows } = await user.it.database.admin(
        `SELECT count(*)::int AS n, bool_or(session_id = $1) AS this FROM "user".sessions
         WHERE expires_at < $2`,
        [sessionId, user.realClock.now()],
      );
      return rows[0];
    };
    for (let n = 0; n < 100 && (await left()).n > 0; n += 1) await logIn(user, { email, password });
    expect(await left()).toEqual({ n: 0, this: null });
  });

  test('of one account are bounded in number', async () => {
    const { email, token } = await newAccount(user);
    for (let n = 0; n < 104; n += 1) await logIn(user, { email, password });
    const list = await user.it.request('GET', '/v1/auth/sessions', { token });
    expect(list.body.items).toHaveLength(100);
  });
});
