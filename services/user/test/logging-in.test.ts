import { newId } from '@mkt/kernel';
import { createTokenVerifier } from '@mkt/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failuresForgottenAfterSeconds, lockSecondsByFailure } from '../src/domain/lock-out.ts';
import { ensureOperator } from '../src/operations/ensure-operator.ts';
import { logIn, newAccount, password, startUserTest, type UserTest } from './start.ts';

const freeFailures = lockSecondsByFailure.filter((seconds) => seconds === 0).length;

describe('logging in', () => {
  let user: UserTest;
  beforeAll(async () => {
    user = await startUserTest();
  });
  afterAll(() => user.close());

  async function actorOf(accessToken: string) {
    const keys = (await user.it.request('GET', '/v1/auth/jwks')).body;
    return createTokenVerifier(async () => keys).verify(accessToken);
  }
  const failTimes = async (email: string, times: number) => {
    for (let n = 0; n < times; n += 1) {
      const reply = await logIn(user, { email, password: 'not the password' });
      expect(reply.body.code).toBe('INVALID_CREDENTIALS');
    }
  };

  test('opens a session of its own each time', async () => {
    const { email, userId, sessionId } = await newAccount(user);
    const reply = await logIn(user, { email: email.toUpperCase(), password });
    expect(reply.status).toBe(200);
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(reply.body).toMatchObject({ kind: 'user', userId, operator: false, vendor: null });
    expect(reply.body.sessionId).not.toBe(sessionId);
  });

  test('answers a wrong password and an unknown address in the same words', async () => {
    const { email } = await newAccount(user);
    const wrong = await logIn(user, { email, password: 'not the password' });
    const unknown = await logIn(user, { email: 'nobody@example.test', password });
    expect(wrong.status).toBe(401);
    const { instance: _a, ...said } = wrong.body;
    const { instance: _b, ...saidToUnknown } = unknown.body;
    expect(said).toEqual(saidToUnknown);
    expect(said.code).toBe('INVALID_CREDENTIALS');
  });

  test('gives staff a token for their vendor with the role they have now', async () => {
    const { email, userId } = await newAccount(user);
    const vendorId = newId<'Vendor'>();
    user.staff.set(`${userId}:${vendorId}`, 'fulfiller');
    const reply = await logIn(user, { email, password, vendorId });
    expect(reply.body.vendor).toEqual({ vendorId, role: 'fulfiller' });
    expect(await actorOf(reply.body.accessToken)).toMatchObject({
      userId,
      staffOf: { vendorId, role: 'fulfiller' },
    });
  });

  test('refuses a vendor that the account does not work for, and opens no session', async () => {
    const { email, userId } = await newAccount(user);
    const reply = await logIn(user, { email, password, vendorId: newId<'Vendor'>() });
    expect(reply.status).toBe(403);
    expect(reply.body.code).toBe('NOT_STAFF');
    const { rows } = await user.it.database.admin(
      'SELECT count(*)::int AS n FROM "user".sessions WHERE user_id = $1',
      [userId],
    );
    expect(rows[0].n).toBe(1);
  });

  test('opens a vendor session from an open one', async () => {
    const { userId, token } = await newAccount(user);
    const vendorId = newId<'Vendor'>();
    const open = () => user.it.request('POST', '/v1/auth/sessions', { token, body: { vendorId } });
    expect((await open()).body.code).toBe('NOT_STAFF');
    user.staff.set(`${userId}:${vendorId}`, 'owner');
    const opened = await open();
    expect(opened.status).toBe(201);
    expect(opened.body).toMatchObject({ userId, vendor: { vendorId, role: 'owner' } });
  });

  test('closes an account to guesses for longer and longer, and opens it again', async () => {
    const { email } = await newAccount(user);
    await failTimes(email, freeFailures + 1);
    const locked = await logIn(user, { email, password });
    expect(locked.status).toBe(429);
    expect(locked.body).toMatchObject({ code: 'RATE_LIMITED', data: { retryAfterSeconds: 30 } });
    expect(locked.headers['retry-after']).toBe('30');
    user.realClock.advance(30_000);
    await failTimes(email, 1);
    const longer = await logIn(user, { email, password });
    expect(longer.body.data.retryAfterSeconds).toBe(60);
    user.realClock.advance(60_000);
    expect((await logIn(user, { email, password })).status).toBe(200);
    await failTimes(email, freeFailures);
  });

  test('closes an address without an account in the same way', async () => {
    const email = 'ghost@example.test';
    await failTimes(email, freeFailures + 1);
    expect((await logIn(user, { email, password })).body.code).toBe('RATE_LIMITED');
  });

  test('gives rivals at once no more guesses than one after the other', async () => {
    const { email } = await newAccount(user);
    const replies = await Promise.all(
      Array.from({ length: freeFailures + 20 }, () =>
        logIn(user, { email, password: 'not the password' }),
      ),
    );
    const guesses = replies.filter((reply) => reply.status === 401);
    expect(guesses).toHaveLength(freeFailures + 1);
  });

  test('forgets failures after a pause', async () => {
    const { email } = await newAccount(user);
    await failTimes(email, freeFailures);
    user.realClock.advance((failuresForgottenAfterSeconds + 1) * 1_000);
    await failTimes(email, freeFailures);
    expect((await logIn(user, { email, password })).status).toBe(200);
  });

  test('makes an operator only from within, once, with sessions that say so', async () => {
    const operator = {
      email: 'Op@example.test',
      password: 'a lighthouse keeper',
      name: 'Operator',
    };
    await ensureOperator(user.it.db, operator);
    await ensureOperator(user.it.db, { ...operator, password: 'quite another one' });
    const body = { email: operator.email, password: operator.password };
    const reply = await logIn(user, body);
    expect(reply.body.operator).toBe(true);
    expect(await actorOf(reply.body.accessToken)).toMatchObject({ operator: true });
  });

  test('does not promote whoever registered under the operator’s address before', async () => {
    const { email, refreshToken } = await newAccount(user, 'Squatter');
    await ensureOperator(user.it.db, { email, password: 'a lighthouse keeper', name: 'Op' });
    expect((await logIn(user, { email, password })).status).toBe(401);
    const kept = await user.it.request('POST', '/v1/auth/refresh', { body: { refreshToken } });
    expect(kept.body.code).toBe('SESSION_REVOKED');
    const reply = await logIn(user, { email, password: 'a lighthouse keeper' });
    expect(reply.body.operator).toBe(true);
  });
});
