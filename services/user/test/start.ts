import type { VendorRole } from '@mkt/contracts';
import { vendorMembership } from '@mkt/contracts';
import { type FixedClock, fixedClock, ok } from '@mkt/kernel';
import { peerHandler } from '@mkt/service-kit';
import {
  startTestService,
  type TestService,
  type TestServiceOptions,
} from '@mkt/service-kit/testing';
import { inject } from 'vitest';
import type { UserSettings } from '../src/config.ts';
import { createUserService } from '../src/service.ts';

/** Cheap hashes: the tests that are about their cost say so. */
const cheap = { memoryKiB: 64, passes: 1, lanes: 1 };

export interface UserTest {
  readonly it: TestService;
  /** Real time, as the service sees it. */
  readonly realClock: FixedClock;
  /** Who works for which vendor, as the stand-in of the vendor service answers. */
  readonly staff: Map<string, VendorRole>;
  close(): Promise<void>;
}

export async function startUserTest(
  changes: Partial<UserSettings> = {},
  on: Pick<TestServiceOptions, 'database' | 'secretKey'> = {},
): Promise<UserTest> {
  const realClock = fixedClock(new Date());
  const staff = new Map<string, VendorRole>();
  const membership = peerHandler(vendorMembership, async ({ userId, vendorId }) =>
    ok({ role: staff.get(`${userId}:${vendorId}`) ?? null }),
  );
  const it = await startTestService(
    createUserService({ clock: realClock, argon2: cheap, ...changes }),
    { postgresUrl: inject('postgresUrl'), peers: [membership], ...on },
  );
  return { it, realClock, staff, close: () => it.close() };
}

export const password = 'seven tall herons';

let counter = 0;

/** A fresh account; `token` is one that the test verifier accepts for the session. */
export async function newAccount({ it }: UserTest, name = 'Ada Marsh') {
  counter += 1;
  const email = `person-${counter}@example.test`;
  const reply = await it.request('POST', '/v1/auth/register', { body: { email, password, name } });
  if (reply.status !== 201) throw new Error(reply.text);
  const { userId, sessionId, refreshToken } = reply.body;
  const token = await it.tokens.sign({ sub: userId, kind: 'user', sid: sessionId });
  return { email, userId, sessionId, refreshToken, token, tokens: reply.body };
}

export function logIn({ it }: UserTest, body: Record<string, unknown>) {
  return it.request('POST', '/v1/auth/login', { body });
}

export function refresh({ it }: UserTest, refreshToken: string) {
  return it.request('POST', '/v1/auth/refresh', { body: { refreshToken } });
}
