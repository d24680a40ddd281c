import type { VendorRole } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Applied, applied, hire, invitationToken, startVendorTest } from './start.ts';

const dayMs = 86_400_000;

describe('the staff of a vendor', () => {
  let it: TestService;
  beforeAll(async () => {
    it = await startVendorTest();
  });
  afterAll(() => it.close());

  const invite = (vendor: Applied, email: string, role: VendorRole, token = vendor.owner) =>
    it.request('POST', `/v1/vendors/${vendor.vendorId}/invitations`, {
      token,
      body: { email, role },
    });
  const accept = async (token: string, userId: string = newId<'User'>()) =>
    it.request('POST', '/v1/vendors/invitations/accept', {
      token: await it.tokens.user(userId),
      body: { token },
    });
  const staffOf = async (vendor: Applied) =>
    (await it.request('GET', `/v1/vendors/${vendor.vendorId}/staff`, { token: vendor.owner })).body
      .items as { userId: string; role: string }[];
  const change = (vendor: Applied, userId: string, role: VendorRole | null, token: string) =>
    it.request(role ? 'PATCH' : 'DELETE', `/v1/vendors/${vendor.vendorId}/staff/${userId}`, {
      token,
      ...(role ? { body: { role } } : {}),
    });

  test('join by an invitation whose token only the e-mail carries', async () => {
    const vendor = await applied(it);
    const reply = await invite(vendor, 'Jo@Example.test', 'fulfiller');
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ email: 'jo@example.test', role: 'fulfiller' });
    const token = await invitationToken(it, 'jo@example.test');
    expect(reply.text).not.toContain(token);
    const { rows } = await it.database.admin(
      `SELECT (SELECT string_agg(i::text, ' ') FROM vendor.invitations i)
        || (SELECT string_agg(i::text, ' ') FROM vendor.idempotency i) AS stored`,
    );
    expect(rows[0].stored).not.toContain(token);
    const [event] = (await it.events('vendor.staffInvited')).slice(-1);
    expect(event).toMatchObject({
      aggregateId: vendor.vendorId,
      vendorId: vendor.vendorId,
      payload: { vendorName: vendor.name, role: 'fulfiller' },
    });
    const userId = newId<'User'>();
    const accepted = await accept(token, userId);
    expect(accepted.body).toEqual({ vendorId: vendor.vendorId, role: 'fulfiller' });
    expect(await staffOf(vendor)).toMatchObject([
      { userId: vendor.ownerId, role: 'owner' },
      { userId, role: 'fulfiller' },
    ]);
    expect((await accept(token, userId)).status).toBe(200);
    expect((await accept(token)).body).toMatchObject({ status: 404, code: 'INVITATION_INVALID' });
  });

  test('join by an invitation once, whoever is first', async () => {
    const vendor = await applied(it);
    await invite(vendor, 'race@example.test', 'manager');
    const token = await invitationToken(it, 'race@example.test');
    const replies = await Promise.all(Array.from({ length: 5 }, () => accept(token)));
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(1);
    expect(await staffOf(vendor)).toHaveLength(2);
  });

  test('cannot join by an invitation that is old, taken back, replaced or made up', async () => {
    const vendor = await applied(it);
    await invite(vendor, 'late@example.test', 'finance');
    const late = await invitationToken(it, 'late@example.test');
    await it.advance(7 * dayMs);
    expect((await accept(late)).body).toMatchObject({ status: 410, code: 'INVITATION_EXPIRED' });

    await invite(vendor, 'twice@example.test', 'finance');
    const replaced = await invitationToken(it, 'twice@example.test');
    const second = await invite(vendor, 'twice@example.test', 'manager');
    expect((await accept(replaced)).body.code).toBe('INVITATION_INVALID');

    const path = `/v1/vendors/${vendor.vendorId}/invitations`;
    const open = await it.request('GET', path, { token: vendor.owner });
    expect(open.body.items).toMatchObject([{ email: 'twice@example.test', role: 'manager' }]);
    const revoke = () =>
      it.request('DELETE', `${path}/${second.body.invitationId}`, { token: vendor.owner });
    expect((await revoke()).status).toBe(204);
    expect((await accept(await invitationToken(it, 'twice@example.test'))).body.code).toBe(
      'INVITATION_INVALID',
    );
    expect((await accept('inv_nonsense')).body.code).toBe('INVITATION_INVALID');
  });

  test('are not demoted by an invitation to a lesser role', async () => {
    const vendor = await applied(it);
    await invite(vendor, 'self@example.test', 'finance');
    const reply = await accept(await invitationToken(it, 'self@example.test'), vendor.ownerId);
    expect(reply.body).toMatchObject({ status: 409, code: 'ALREADY_STAFF' });
    expect(await staffOf(vendor)).toMatchObject([{ role: 'owner' }]);
  });

  test.each([
    ['manager', 'owner', 403],
    ['manager', 'manager', 403],
    ['manager', 'fulfiller', 201],
    ['manager', 'finance', 201],
    ['fulfiller', 'fulfiller', 403],
    ['finance', 'finance', 403],
  ] as const)('as %s may invite a %s: %i', async (inviter, role, status) => {
    const vendor = await applied(it);
    const { staff } = await hire(it, vendor, inviter);
    expect((await invite(vendor, 'new@example.test', role, staff)).status).toBe(status);
  });

  test('are changed by owners, may leave, and keep one owner', async () => {
    const vendor = await applied(it);
    const manager = await hire(it, vendor, 'manager');
    const finance = await hire(it, vendor, 'finance');
    const byManager = await change(vendor, finance.userId, 'owner', manager.staff);
    expect(byManager.status).toBe(403);
    const raised = await change(vendor, finance.userId, 'manager', vendor.owner);
    expect(raised.body).toMatchObject({ userId: finance.userId, role: 'manager' });
    expect((await change(vendor, finance.userId, null, finance.account)).status).toBe(204);
    for (const role of [null, 'manager'] as const) {
      const last = await change(vendor, vendor.ownerId, role, vendor.owner);
      expect(last.body).toMatchObject({ status: 409, code: 'LAST_OWNER' });
    }
    expect((await change(vendor, newId<'User'>(), 'finance', vendor.owner)).status).toBe(404);
    expect((await staffOf(vendor)).map((person) => person.role)).toEqual(['owner', 'manager']);
  });

  test('keep one owner when two owners demote each other at the same time', async () => {
    const vendor = await applied(it);
    const second = await hire(it, vendor, 'owner');
    const replies = await Promise.all([
      change(vendor, second.userId, 'finance', vendor.owner),
      change(vendor, vendor.ownerId, 'finance', second.staff),
    ]);
    expect(replies.map((reply) => reply.status).toSorted((a, b) => a - b)).toEqual([200, 403]);
    const reply = await it.request('GET', `/v1/vendors/${vendor.vendorId}/staff`, {
      token: await it.tokens.operator(),
    });
    const roles = reply.body.items.map((person: { role: string }) => person.role);
    expect(roles.toSorted()).toEqual(['finance', 'owner']);
  });

  test('lose their say at once when they are removed, whatever their token says', async () => {
    const vendor = await applied(it);
    const manager = await hire(it, vendor, 'manager');
    await change(vendor, manager.userId, null, vendor.owner);
    const path = `/v1/vendors/${vendor.vendorId}`;
    for (const token of [manager.staff, manager.account]) {
      const key = await it.request('POST', `${path}/api-keys`, {
        token,
        body: { name: 'backdoor', scopes: ['orders:read'] },
      });
      expect(key.status).toBe(404);
      expect((await it.request('GET', `${path}/checklist`, { token })).status).toBe(404);
    }
    const mine = await it.request('GET', '/v1/vendors/mine', { token: manager.account });
    expect(mine.body.items).toEqual([]);
  });

  test('are bounded in number, invited ones included', async () => {
    const vendor = await applied(it);
    const replies = await Promise.all(
      Array.from({ length: 52 }, (_, n) => invite(vendor, `crowd-${n}@example.test`, 'finance')),
    );
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(49);
    const refused = replies.filter((reply) => reply.body.code === 'TOO_MANY_STAFF');
    expect(refused).toHaveLength(3);
  });
});
