import type { Credentials } from '../adapters/credentials.ts';
import type { Session } from '../adapters/session.ts';

export function sessionOf(name: string, changes: Partial<Session> = {}): Session {
  return {
    kind: 'user',
    userId: `user-${name}`,
    sessionId: `session-${name}`,
    operator: false,
    vendor: null,
    accessToken: `access-${name}`,
    expiresAt: '2030-01-01T00:15:00Z',
    refreshToken: `refresh-${name}`,
    refreshExpiresAt: '2030-02-01T00:00:00Z',
    email: `${name}@example.test`,
    ...changes,
  };
}

/** One profile's session, one change at a time. */
export function memoryCredentials(initial?: Session): Credentials {
  let current = initial;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    read: async () => current,
    change(decide) {
      const change = turn.then(async () => {
        current = await decide(current);
        return current;
      });
      turn = change.catch(() => undefined);
      return change;
    },
  };
}
