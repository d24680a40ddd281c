import { exitCodes, Failure } from '../failure.ts';
import { sessionEnded } from '../problem-failure.ts';
import type { Credentials } from './credentials.ts';
import { readReply } from './reply.ts';
import type { Session, SessionTokens } from './session.ts';
import type { Transport } from './transport.ts';

export interface RefreshParts {
  readonly transport: Transport;
  readonly profile: string;
  readonly now: () => number;
}

/** A token that ends this soon might end on the way. */
const marginMs = 20_000;

/** The profile's session with an access token that is still good; undefined where there is none. */
export async function freshSession(
  credentials: Credentials,
  parts: RefreshParts,
): Promise<Session | undefined> {
  const current = await credentials.read();
  if (current === undefined || Date.parse(current.expiresAt) - marginMs > parts.now()) {
    return current;
  }
  return refreshedSession(credentials, current, parts);
}

/**
 * New tokens for a session. Another process may have exchanged them already: then its are taken,
 * because a refresh token that is used twice ends the session.
 */
export async function refreshedSession(
  credentials: Credentials,
  stale: Session,
  parts: RefreshParts,
): Promise<Session> {
  let ended: unknown;
  const session = await credentials.change(async (current) => {
    if (current === undefined || current.accessToken !== stale.accessToken) return current;
    try {
      return { ...(await exchange(current.refreshToken, parts)), email: current.email };
    } catch (error) {
      if (!(error instanceof Failure) || error.exit !== exitCodes.notAuthorized) throw error;
      ended = error;
      return undefined;
    }
  });
  if (session === undefined) throw sessionEnded(parts.profile, ended);
  return session;
}

async function exchange(
  refreshToken: string,
  { transport, profile }: RefreshParts,
): Promise<SessionTokens> {
  const reply = await transport({
    method: 'POST',
    path: '/v1/auth/refresh',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
  });
  return readReply<SessionTokens>(reply, profile);
}
