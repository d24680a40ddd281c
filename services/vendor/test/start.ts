import type { VendorRole } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { inject } from 'vitest';
import { vendorService } from '../src/service.ts';

export function startVendorTest(): Promise<TestService> {
  return startTestService(vendorService, { postgresUrl: inject('postgresUrl') });
}

let counter = 0;

export interface Applied {
  readonly vendorId: string;
  readonly slug: string;
  readonly name: string;
  readonly ownerId: string;
  /** The owner's session for the account, without a vendor. */
  readonly account: string;
  /** The owner's session for the vendor. */
  readonly owner: string;
}

/** A fresh vendor that applied, with its owner's tokens. */
export async function applied(it: TestService): Promise<Applied> {
  counter += 1;
  const ownerId = newId<'User'>();
  const account = await it.tokens.user(ownerId);
  const name = `Kiln & Co ${counter}`;
  const reply = await it.request('POST', '/v1/vendors', {
    token: account,
    body: { name, country: 'PT', contactEmail: `hello-${counter}@kiln.example.test` },
  });
  if (reply.status !== 201) throw new Error(reply.text);
  const { vendorId, slug } = reply.body;
  const owner = await it.tokens.staff(vendorId, 'owner', ownerId);
  return { vendorId, slug, name, ownerId, account, owner };
}

export const iban = 'PT50 0002 0123 1234 5678 9015 4';

const statements = {
  terms: '1',
  identityDocument: 'Passport, filed as 2026-117',
  bankAccount: { iban, accountHolder: 'Kiln & Co Lda' },
  address: {
    name: 'Kiln & Co',
    line1: '4 Kiln Lane',
    city: 'Porto',
    postalCode: '4000-001',
    country: 'PT',
  },
} as const;

export function state(
  it: TestService,
  vendor: Applied,
  requirement: string,
  value: unknown = statements[requirement as keyof typeof statements],
) {
  return it.request('PUT', `/v1/vendors/${vendor.vendorId}/checklist/${requirement}`, {
    token: vendor.account,
    body: { value },
  });
}

export async function completeChecklist(it: TestService, vendor: Applied) {
  for (const requirement of Object.keys(statements)) {
    const reply = await state(it, vendor, requirement);
    if (reply.status !== 200) throw new Error(reply.text);
  }
}

/** A fresh vendor that may sell. */
export async function approved(it: TestService): Promise<Applied> {
  const vendor = await applied(it);
  await completeChecklist(it, vendor);
  const reply = await it.request('POST', `/v1/vendors/${vendor.vendorId}/approve`, {
    token: await it.tokens.operator(),
  });
  if (reply.status !== 200) throw new Error(reply.text);
  return vendor;
}

/** Invites somebody new and accepts for them. */
export async function hire(it: TestService, vendor: Applied, role: VendorRole) {
  counter += 1;
  const userId = newId<'User'>();
  const account = await it.tokens.user(userId);
  const email = `staff-${counter}@kiln.example.test`;
  const invited = await it.request('POST', `/v1/vendors/${vendor.vendorId}/invitations`, {
    token: vendor.owner,
    body: { email, role },
  });
  if (invited.status !== 201) throw new Error(invited.text);
  const accepted = await it.request('POST', '/v1/vendors/invitations/accept', {
    token: account,
    body: { token: await invitationToken(it, email) },
  });
  if (accepted.status !== 200) throw new Error(accepted.text);
  const staff = await it.tokens.staff(vendor.vendorId, role, userId);
  return { userId, account, staff };
}

/** The token as the invited person gets it: by the event that becomes an e-mail. */
export async function invitationToken(it: TestService, email: string): Promise<string> {
  const events = await it.events('vendor.staffInvited');
  const payloads = events.map(
    (event) => event.payload as { email: string; invitationToken: string },
  );
  const payload = payloads.findLast((candidate) => candidate.email === email);
  if (!payload) throw new Error(`Nobody invited ${email}`);
  return payload.invitationToken;
}
