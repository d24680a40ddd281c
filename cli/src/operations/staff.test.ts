import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { changeRole, listStaff, ownVendor, removeStaff, revokeKey } from './staff.ts';

const vendorId = '0190b6f0-0000-7000-8000-000000000001';
const path = `/v1/vendors/${vendorId}`;
const person = { userId: 'u1', role: 'manager', email: 'Declan@kiln.test', joinedAt: '' };
const invitation = { invitationId: 'i1', role: 'finance', email: 'new@kiln.test', expiresAt: '' };
const answers = {
  [`GET ${path}/staff`]: { items: [person] },
  [`GET ${path}/invitations`]: { items: [invitation] },
};

describe('the vendor that is meant', () => {
  it('is the one that is named, else the session’s', async () => {
    const api = fakeApi({ 'GET /v1/vendors/kiln': { vendorId } });
    await expect(ownVendor(api, 'kiln', undefined)).resolves.toBe(vendorId);
    await expect(ownVendor(api, undefined, { vendor: { vendorId: 'v2' } })).resolves.toBe('v2');
    await expect(ownVendor(api, undefined, { vendor: null })).rejects.toThrow(/Which vendor/);
  });
});

describe('staff', () => {
  it('is found by address, however it is written', async () => {
    const api = fakeApi({ ...answers, [`PATCH ${path}/staff/u1`]: person });
    await changeRole(api, vendorId, { person: 'declan@KILN.test', role: 'owner' });
    expect(api.sent.at(-1)).toMatchObject({ body: { role: 'owner' } });
    const unknown = changeRole(api, vendorId, { person: 'who@kiln.test', role: 'owner' });
    await expect(unknown).rejects.toMatchObject({ code: 'STAFF_NOT_FOUND' });
  });

  it('is removed, and who was only invited is no longer', async () => {
    const api = fakeApi({
      ...answers,
      [`DELETE ${path}/staff/u1`]: undefined,
      [`DELETE ${path}/invitations/i1`]: undefined,
    });
    await expect(removeStaff(api, vendorId, person.email)).resolves.toEqual({ removed: 'staff' });
    await expect(removeStaff(api, vendorId, invitation.email)).resolves.toEqual({
      removed: 'invitation',
    });
  });

  it('is listed also for those who may not see invitations', async () => {
    const forbidden = () => {
      throw new Failure('Not yours.', { code: 'FORBIDDEN' });
    };
    const api = fakeApi({ ...answers, [`GET ${path}/invitations`]: forbidden });
    await expect(listStaff(api, vendorId)).resolves.toEqual({ staff: [person], invitations: [] });
  });
});

describe('a key', () => {
  const keys = [
    { keyId: 'k1', name: 'warehouse', startsWith: 'mkt_a' },
    { keyId: 'k2', name: 'twice', startsWith: 'mkt_b' },
    { keyId: 'k3', name: 'twice', startsWith: 'mkt_c' },
  ];
  const api = () =>
    fakeApi({
      [`GET ${path}/api-keys`]: { items: keys },
      [`DELETE ${path}/api-keys/k1`]: undefined,
      [`DELETE ${path}/api-keys/k3`]: undefined,
    });

  it.each([
    ['k1', 'k1'],
    ['warehouse', 'k1'],
    ['mkt_c', 'k3'],
  ])('is revoked by %s', async (named, keyId) => {
    await expect(revokeKey(api(), vendorId, named)).resolves.toMatchObject({ keyId });
  });

  it('that is not one is not revoked', async () => {
    await expect(revokeKey(api(), vendorId, 'gone')).rejects.toMatchObject({
      code: 'KEY_NOT_FOUND',
    });
    await expect(revokeKey(api(), vendorId, 'twice')).rejects.toMatchObject({
      code: 'KEY_AMBIGUOUS',
    });
  });
});
