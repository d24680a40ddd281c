import { describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { memoryCredentials, sessionOf } from '../testing/memory-credentials.ts';
import { login, logout } from './login.ts';

const { email: _, ...tokens } = sessionOf('new');
const input = { email: 'hana@kiln.test', password: 'correct horse battery' };

describe('logging in', () => {
  it('keeps the session, whatever was there before', async () => {
    const credentials = memoryCredentials(sessionOf('old'));
    const guest = fakeApi({ 'POST /v1/auth/login': tokens });
    await login({ guest, api: fakeApi({}), credentials }, input);
    await expect(credentials.read()).resolves.toEqual({ ...tokens, email: input.email });
    expect(guest.sent[0]?.body).toEqual(input);
  });

  it('opens an account first where that is asked for', async () => {
    const guest = fakeApi({ 'POST /v1/auth/register': tokens });
    const parts = { guest, api: fakeApi({}), credentials: memoryCredentials() };
    await login(parts, { ...input, registerAs: 'Hana' });
    expect(guest.sent[0]?.body).toEqual({ ...input, name: 'Hana' });
  });

  it('for a vendor exchanges the session and ends the one it came by', async () => {
    const vendor = { vendorId: 'v1', name: 'Kiln & Co', slug: 'kiln', role: 'owner' };
    const staff = { ...tokens, accessToken: 'staff', vendor: { vendorId: 'v1', role: 'owner' } };
    const guest = fakeApi({ 'POST /v1/auth/login': tokens, 'POST /v1/auth/logout': undefined });
    const api = fakeApi({
      'GET /v1/vendors/mine': { items: [vendor] },
      'POST /v1/auth/sessions': staff,
    });
    const credentials = memoryCredentials();
    const done = await login({ guest, api, credentials }, { ...input, vendor: 'kiln' });
    expect(done.vendor).toEqual({ vendorId: 'v1', role: 'owner', name: 'Kiln & Co' });
    await expect(credentials.read()).resolves.toEqual({ ...staff, email: input.email });
    expect(guest.sent.at(-1)?.body).toEqual({ refreshToken: tokens.refreshToken });
  });

  it("names the account's own vendors where it does not work for the one that is asked for", async () => {
    const mine = { items: [{ vendorId: 'v1', name: 'Kiln', slug: 'kiln', role: 'owner' }] };
    const guest = fakeApi({ 'POST /v1/auth/login': tokens });
    const api = fakeApi({ 'GET /v1/vendors/mine': mine });
    const parts = { guest, api, credentials: memoryCredentials() };
    await expect(login(parts, { ...input, vendor: 'loom' })).rejects.toMatchObject({
      exit: 4,
      next: 'It works for: kiln',
    });
  });
});

describe('logging out', () => {
  it('forgets the session even where the marketplace is gone', async () => {
    const credentials = memoryCredentials(sessionOf('old'));
    await expect(logout({ guest: fakeApi({}), credentials })).rejects.toThrow();
    await expect(credentials.read()).resolves.toBeUndefined();
  });

  it('says where there was nothing to forget', async () => {
    const parts = { guest: fakeApi({}), credentials: memoryCredentials() };
    await expect(logout(parts)).resolves.toBe(false);
  });
});
