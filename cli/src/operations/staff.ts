import type { Api } from '../adapters/api.ts';
import { Failure, usageFailure } from '../failure.ts';
import type { ApiKey, Invitation, StaffMember } from './shapes.ts';
import { isId, vendorIdOf } from './vendors.ts';

/** Whom a command is about: the vendor that is named, or the one that the session works for. */
export async function ownVendor(
  api: Api,
  named: string | undefined,
  session: { readonly vendor: { readonly vendorId: string } | null } | undefined,
): Promise<string> {
  if (named !== undefined) return vendorIdOf(api, named);
  if (session?.vendor) return session.vendor.vendorId;
  throw usageFailure(
    'Which vendor is meant? The profile works for none.',
    'Name it: --vendor SLUG - or log in for it: mkt login --vendor SLUG',
  );
}

export interface Staff {
  readonly staff: readonly StaffMember[];
  readonly invitations: readonly Invitation[];
}

export async function listStaff(api: Api, vendorId: string): Promise<Staff> {
  const path = `/v1/vendors/${vendorId}`;
  const staff = await api.get<{ items: StaffMember[] }>(`${path}/staff`);
  return { staff: staff.items, invitations: await invitationsOf(api, path) };
}

/** Those who may not see invitations see none. */
async function invitationsOf(api: Api, path: string): Promise<Invitation[]> {
  try {
    return (await api.get<{ items: Invitation[] }>(`${path}/invitations`)).items;
  } catch (error) {
    if (error instanceof Failure && error.code === 'FORBIDDEN') return [];
    throw error;
  }
}

export interface Invite {
  readonly email: string;
  readonly role: string;
}

export function inviteStaff(api: Api, vendorId: string, invite: Invite): Promise<Invitation> {
  return api.post<Invitation>(`/v1/vendors/${vendorId}/invitations`, invite);
}

async function personOf(api: Api, vendorId: string, person: string): Promise<string> {
  if (isId(person)) return person;
  const { items } = await api.get<{ items: StaffMember[] }>(`/v1/vendors/${vendorId}/staff`);
  const found = items.find(({ email }) => email.toLowerCase() === person.toLowerCase());
  if (found) return found.userId;
  throw new Failure(`${person} does not work for this vendor.`, {
    code: 'STAFF_NOT_FOUND',
    next: 'See who does: mkt vendor staff list',
  });
}

export async function changeRole(
  api: Api,
  vendorId: string,
  { person, role }: { readonly person: string; readonly role: string },
): Promise<StaffMember> {
  const userId = await personOf(api, vendorId, person);
  return api.patch<StaffMember>(`/v1/vendors/${vendorId}/staff/${userId}`, { role });
}

/** Somebody of the staff, or an invitation that was not accepted yet. */
export async function removeStaff(
  api: Api,
  vendorId: string,
  person: string,
): Promise<{ readonly removed: 'staff' | 'invitation' }> {
  const path = `/v1/vendors/${vendorId}`;
  const open = isId(person) ? [] : await invitationsOf(api, path);
  const invitation = open.find(({ email }) => email.toLowerCase() === person.toLowerCase());
  if (invitation) {
    await api.delete(`${path}/invitations/${invitation.invitationId}`);
    return { removed: 'invitation' };
  }
  await api.delete(`${path}/staff/${await personOf(api, vendorId, person)}`);
  return { removed: 'staff' };
}

export async function listKeys(api: Api, vendorId: string): Promise<readonly ApiKey[]> {
  return (await api.get<{ items: ApiKey[] }>(`/v1/vendors/${vendorId}/api-keys`)).items;
}

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: string | undefined;
}

export type CreatedKey = ApiKey & { readonly key: string | null };

export function createKey(api: Api, vendorId: string, key: NewKey): Promise<CreatedKey> {
  const { expiresAt, ...rest } = key;
  const body = { ...rest, ...(expiresAt === undefined ? {} : { expiresAt }) };
  return api.post<CreatedKey>(`/v1/vendors/${vendorId}/api-keys`, body);
}

/** A key by its id, its name, or how it begins. */
export async function revokeKey(api: Api, vendorId: string, named: string): Promise<ApiKey> {
  const keys = await listKeys(api, vendorId);
  const found = keys.filter(({ keyId, name, startsWith }) =>
    [keyId, name, startsWith].includes(named),
  );
  const [key] = found;
  if (!key || found.length > 1) {
    const problem = key ? `${found.length} keys are called "${named}".` : `No key is "${named}".`;
    throw new Failure(problem, {
      code: key ? 'KEY_AMBIGUOUS' : 'KEY_NOT_FOUND',
      next: 'List them, and name one by its id: mkt vendor key list',
    });
  }
  await api.delete(`/v1/vendors/${vendorId}/api-keys/${key.keyId}`);
  return key;
}
