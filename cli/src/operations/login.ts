import type { Api } from '../adapters/api.ts';
import type { Credentials } from '../adapters/credentials.ts';
import type { Session, SessionTokens } from '../adapters/session.ts';
import { exitCodes, Failure } from '../failure.ts';

export interface LoginInput {
  readonly email: string;
  readonly password: string;
  /** Opens an account with this name first. */
  readonly registerAs?: string | undefined;
  /** Works for this vendor, named by slug or id. */
  readonly vendor?: string | undefined;
}

export interface LoggedIn {
  readonly email: string;
  readonly userId: string;
  readonly operator: boolean;
  readonly vendor: {
    readonly vendorId: string;
    readonly role: string;
    readonly name: string;
  } | null;
}

export interface LoginParts {
  /** Sends requests without a session: an old one must not get in the way of a new one. */
  readonly guest: Api;
  /** Sends them with the profile's session. */
  readonly api: Api;
  readonly credentials: Credentials;
}

export async function login(
  parts: LoginParts,
  { email, password, registerAs, vendor }: LoginInput,
): Promise<LoggedIn> {
  const tokens = await parts.guest.post<SessionTokens>(
    registerAs === undefined ? '/v1/auth/login' : '/v1/auth/register',
    { email, password, ...(registerAs === undefined ? {} : { name: registerAs }) },
  );
  await keep(parts.credentials, { ...tokens, email });
  if (vendor !== undefined) return workFor(parts, vendor);
  return { email, userId: tokens.userId, operator: tokens.operator, vendor: null };
}

/** Somebody who shops without an account; their cart and orders go by the session. */
export async function beginAsGuest({
  guest,
  credentials,
}: Pick<LoginParts, 'guest' | 'credentials'>): Promise<{ readonly userId: string }> {
  const tokens = await guest.post<SessionTokens>('/v1/auth/guest');
  await keep(credentials, { ...tokens, email: null });
  return { userId: tokens.userId };
}

interface Membership {
  readonly vendorId: string;
  readonly name: string;
  readonly slug: string;
  readonly role: string;
}

/** Exchanges the account's session for one that works for a vendor. */
export async function workFor(
  { guest, api, credentials }: LoginParts,
  vendor: string,
): Promise<LoggedIn> {
  const { items } = await api.get<{ items: readonly Membership[] }>('/v1/vendors/mine');
  const membership = items.find(({ slug, vendorId }) => [slug, vendorId].includes(vendor));
  if (!membership) throw notStaffOf(vendor, items);
  const { vendorId, name, role } = membership;
  const previous = await credentials.read();
  const tokens = await api.post<SessionTokens>('/v1/auth/sessions', { vendorId });
  const email = previous?.email ?? null;
  await keep(credentials, { ...tokens, email });
  if (previous) await guest.post('/v1/auth/logout', { refreshToken: previous.refreshToken });
  const { userId, operator } = tokens;
  return { email: email ?? '', userId, operator, vendor: { vendorId, role, name } };
}

function notStaffOf(vendor: string, mine: readonly Membership[]): Failure {
  const names = mine.map(({ slug }) => slug).join(', ');
  return new Failure(`This account does not work for "${vendor}".`, {
    code: 'NOT_STAFF',
    exit: exitCodes.notAuthorized,
    next: names === '' ? 'Apply to sell: mkt vendor apply' : `It works for: ${names}`,
  });
}

/** Ends the session at the server and forgets it here; false where there was none. */
export async function logout({
  guest,
  credentials,
}: Pick<LoginParts, 'guest' | 'credentials'>): Promise<boolean> {
  const session = await credentials.read();
  if (session === undefined) return false;
  await credentials.change(async () => undefined);
  await guest.post('/v1/auth/logout', { refreshToken: session.refreshToken });
  return true;
}

async function keep(credentials: Credentials, session: Session): Promise<void> {
  await credentials.change(async () => session);
}
