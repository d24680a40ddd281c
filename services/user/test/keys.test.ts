import { userMintVendorToken } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { createSecrets, createTokenVerifier, newSecretKey } from '@mkt/service-kit';
import { testSecretKey } from '@mkt/service-kit/testing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logIn, newAccount, password, startUserTest, type UserTest } from './start.ts';

describe('the keys that sign tokens', () => {
  let user: UserTest;
  let operator: string;
  beforeAll(async () => {
    user = await startUserTest();
    operator = await user.it.tokens.operator();
  });
  afterAll(() => user.close());

  const jwks = async () => (await user.it.request('GET', '/v1/auth/jwks')).body;
  const kids = async (): Promise<string[]> =>
    (await jwks()).keys.map((key: { kid: string }) => key.kid);
  const kidOf = (token: string) => decodeProtectedHeader(token).kid;
  const verify = async (token: string) => {
    const keys = await jwks();
    return createTokenVerifier(async () => keys).verify(token);
  };
  const rotate = (body?: unknown) =>
    user.it.request('POST', '/v1/auth/keys/rotate', {
      token: operator,
      ...(body === undefined ? {} : { body }),
    });
  async function accessToken(email: string): Promise<string> {
    return (await logIn(user, { email, password })).body.accessToken;
  }

  test('are public by their public halves alone, and may be cached for a minute', async () => {
    await newAccount(user);
    const reply = await user.it.request('GET', '/v1/auth/jwks');
    expect(reply.headers['cache-control']).toBe('public, max-age=60');
    expect(reply.body.keys).toHaveLength(1);
    expect(Object.keys(reply.body.keys[0]).toSorted()).toEqual([
      'alg',
      'crv',
      'kid',
      'kty',
      'use',
      'x',
    ]);
  });

  test('rotate without a token that fails to verify at any moment', async () => {
    const { email, tokens } = await newAccount(user);
    const [oldKid] = await kids();
    const rotated = await rotate();
    expect(rotated.status).toBe(200);
    expect(rotated.body.items.map((key: { state: string }) => key.state)).toEqual([
      'signing',
      'next',
    ]);
    const newKid = rotated.body.items[1].kid;
    expect(await kids()).toEqual([oldKid, newKid]);

    // Published first: caches may still hold the old set for a minute.
    expect(kidOf(await accessToken(email))).toBe(oldKid);
    expect((await rotate()).body.code).toBe('ROTATION_UNDER_WAY');

    user.realClock.advance(60_000);
    const fresh = await accessToken(email);
    expect(kidOf(fresh)).toBe(newKid);
    expect(await verify(fresh)).toMatchObject({ kind: 'user' });
    expect(await verify(tokens.accessToken)).toMatchObject({ kind: 'user' });

    // The last token of the old key was signed a minute after the rotation.
    user.realClock.advance(15 * 60_000);
    expect(await kids()).toEqual([oldKid, newKid]);
    user.realClock.advance(61_000);
    expect(await kids()).toEqual([newKid]);
    expect(await verify(tokens.accessToken)).toBe('TOKEN_INVALID');
  });

  test('are dropped at once when they are compromised', async () => {
    const { email, tokens } = await newAccount(user);
    const rotated = await rotate({ compromised: true });
    expect(rotated.body.items).toMatchObject([{ state: 'signing', publishedUntil: null }]);
    expect(await kids()).toEqual([rotated.body.items[0].kid]);
    expect(await verify(tokens.accessToken)).toBe('TOKEN_INVALID');
    expect(await verify(await accessToken(email))).toMatchObject({ kind: 'user' });
  });

  test('rotate for operators alone, once per request key', async () => {
    const refused = await user.it.request('POST', '/v1/auth/keys/rotate', {
      token: await user.it.tokens.user(),
    });
    expect(refused.status).toBe(403);
    const before = (await kids()).length;
    const send = () =>
      user.it.request('POST', '/v1/auth/keys/rotate', {
        token: operator,
        idempotencyKey: 'rotate-key-1',
      });
    const replies = await Promise.all([send(), send(), send()]);
    expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
    expect(await kids()).toHaveLength(before + 1);
  });

  test('are the same for every process of the service, from the first start on', async () => {
    const rival = await startUserTest();
    try {
      const replies = await Promise.all(
        Array.from({ length: 8 }, () => rival.it.request('POST', '/v1/auth/guest')),
      );
      const used = new Set(replies.map((reply) => kidOf(reply.body.accessToken)));
      expect(used.size).toBe(1);
      const { rows } = await rival.it.database.admin(
        'SELECT count(*)::int AS n FROM "user".signing_keys',
      );
      expect(rows[0].n).toBe(1);
    } finally {
      await rival.close();
    }
  });

  test('are stored sealed; those of before are sealed at the start, and sign as before', async () => {
    const first = await startUserTest();
    const { database } = first.it;
    const guestKey = async (of: UserTest) =>
      kidOf((await of.it.request('POST', '/v1/auth/guest')).body.accessToken);
    const stored = async () =>
      (await database.admin('SELECT kid, private_jwk FROM "user".signing_keys')).rows[0];
    const opened: UserTest[] = [];
    const restart = async (secretKey: string) => {
      const again = await startUserTest({}, { database, secretKey });
      opened.push(again);
      return again;
    };
    try {
      const kid = await guestKey(first);
      const secrets = createSecrets(testSecretKey, 'user');
      const { private_jwk: sealed } = await stored();
      expect(sealed.startsWith(secrets.currentPrefix)).toBe(true);

      await database.admin('UPDATE "user".signing_keys SET private_jwk = $1', [
        secrets.open(`signing-key:${kid}`, sealed),
      ]);
      expect((await stored()).private_jwk).toHaveProperty('d');
      expect(await guestKey(await restart(testSecretKey))).toBe(kid);
      expect((await stored()).private_jwk.startsWith(secrets.currentPrefix)).toBe(true);

      const next = newSecretKey();
      expect(await guestKey(await restart(`${next},${testSecretKey}`))).toBe(kid);
      expect(await guestKey(await restart(next))).toBe(kid);
      await expect(restart(testSecretKey)).rejects.toMatchObject({ code: 'SECRET_KEY_WRONG' });
    } finally {
      for (const one of opened) await one.close();
      await first.close();
    }
  });

  test('are beyond the reach of the role that serves vendors', async () => {
    for (const table of ['signing_keys', 'users', 'sessions', 'refresh_tokens', 'addresses']) {
      const { rows } = await user.it.database.admin(
        `SELECT has_table_privilege('mkt_user_vendor', $1, 'SELECT') AS may`,
        [`"user".${table}`],
      );
      expect(rows[0].may).toBe(false);
    }
  });

  test('sign tokens of fifteen minutes by real time, whatever the business clock says', async () => {
    const { email } = await newAccount(user);
    user.it.clock.advance(30 * 86_400_000);
    const { iat, exp, iss, aud } = decodeJwt(await accessToken(email));
    expect(iat).toBe(Math.floor(user.realClock.now().getTime() / 1_000));
    expect(Number(exp) - Number(iat)).toBe(900);
    expect([iss, aud]).toEqual(['mkt', 'mkt']);
  });

  test('turn a verified API key into a token of five minutes with its scopes', async () => {
    const keyId = newId<'ApiKey'>();
    const vendorId = newId<'Vendor'>();
    const request = { keyId, vendorId, scopes: ['stock:read', 'orders:write'] };
    const minted = await user.it.peer('user.mintVendorToken', request);
    if (!minted.ok) throw new Error(minted.error.code);
    const { token, expiresAt } = userMintVendorToken.reply.parse(minted.value);
    expect(await verify(token)).toEqual({
      kind: 'key',
      keyId,
      vendorId,
      scopes: ['stock:read', 'orders:write'],
    });
    expect(Number(decodeJwt(token).exp) * 1_000).toBe(new Date(expiresAt).getTime());
    const lifetimeMs = new Date(expiresAt).getTime() - user.realClock.now().getTime();
    expect(lifetimeMs).toBeGreaterThan(298_000);
    expect(lifetimeMs).toBeLessThanOrEqual(300_000);
  });
});
