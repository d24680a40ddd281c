import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '../src/config.ts';
import { createPasswords, type Passwords } from '../src/passwords/passwords.ts';
import { logIn, newAccount, password, startUserTest, type UserTest } from './start.ts';

const cheap = { memoryKiB: 64, passes: 1, lanes: 1 };

function medianMs(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

describe('passwords', () => {
  const real = createPasswords(defaultSettings);

  test('are stored as argon2id at the cost that is recommended, each with its own salt', async () => {
    const [a, b] = [await real.hash(password), await real.hash(password)];
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(a).not.toBe(b);
    expect(await real.verify(password, a)).toEqual({ matches: true, outdated: false });
    expect(await real.verify(`${password}!`, a)).toEqual({ matches: false, outdated: false });
  });

  test('reads hashes as other programs write them', async () => {
    // Made by the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -k 65536`.
    const stored =
      '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect((await real.verify('password', stored)).matches).toBe(true);
  });

  test('match when another keyboard composes the same letters', async () => {
    const stored = await createPasswords({ ...defaultSettings, argon2: cheap }).hash(
      'caf\u00e9 crème',
    );
    expect((await real.verify('cafe\u0301 crème', stored)).matches).toBe(true);
  });

  test('take the same time whether an account exists or not', async () => {
    const stored = await real.hash(password);
    const known: number[] = [];
    const unknown: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      known.push(await timeOf(() => real.verify('not the password', stored)));
      unknown.push(await timeOf(() => real.verify('not the password', undefined)));
    }
    // Either way one full hash: without it the ratio would be in the hundreds.
    expect(medianMs(known) / medianMs(unknown)).toBeGreaterThan(0.3);
    expect(medianMs(known) / medianMs(unknown)).toBeLessThan(3.3);
  });

  test('are hashed a few at a time; who finds the queue full is told to come back', async () => {
    const narrow = createPasswords({ argon2: cheap, hashesAtOnce: 2, hashesWaiting: 3 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 9 }, () => narrow.hash(password)),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(5);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map((outcome) => outcome.reason.code)).toEqual(
      Array.from({ length: 4 }, () => 'DEPENDENCY_OVERLOADED'),
    );
    await expect(narrow.hash(password)).resolves.toContain('$argon2id$');
  });
});

describe('passwords of accounts', () => {
  let user: UserTest;
  let older: Passwords;
  beforeAll(async () => {
    user = await startUserTest({ hashesWaiting: 2 });
    older = createPasswords({ ...defaultSettings, argon2: { ...cheap, memoryKiB: 32 } });
  });
  afterAll(() => user.close());

  test('are hashed anew at the next log-in when the cost has been raised', async () => {
    const { email, userId } = await newAccount(user);
    const { database } = user.it;
    await database.admin('UPDATE "user".users SET password_hash = $2 WHERE user_id = $1', [
      userId,
      await older.hash(password),
    ]);
    expect((await logIn(user, { email, password: 'not the password' })).status).toBe(401);
    const hashOf = async () => {
      const sql = 'SELECT password_hash FROM "user".users WHERE user_id = $1';
      return (await database.admin(sql, [userId])).rows[0].password_hash;
    };
    expect(await hashOf()).toContain('m=32,');
    expect((await logIn(user, { email, password })).status).toBe(200);
    expect(await hashOf()).toContain('m=64,');
    expect((await logIn(user, { email, password })).status).toBe(200);
  });

  test('answer overload with 503 and when to come back, never with a failure', async () => {
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        user.it.request('POST', '/v1/auth/register', {
          body: { email: `crowd-${n}@example.test`, password, name: 'One of many' },
        }),
      ),
    );
    const statuses = new Set(replies.map((reply) => reply.status));
    expect(statuses).toEqual(new Set([201, 503]));
    const refused = replies.find((reply) => reply.status === 503);
    expect(refused?.body.code).toBe('DEPENDENCY_OVERLOADED');
    expect(refused?.headers['retry-after']).toBe('2');
  });
});
