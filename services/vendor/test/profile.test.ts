import { newId } from '@mkt/kernel';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applied, approved, hire, startVendorTest } from './start.ts';

describe('the profile of a vendor', () => {
  let it: TestService;
  beforeAll(async () => {
    it = await startVendorTest();
  });
  afterAll(() => it.close());

  test('shows the public less than it shows staff and operators', async () => {
    const vendor = await approved(it);
    const path = `/v1/vendors/${vendor.vendorId}`;
    const open = await it.request('GET', path);
    expect(open.body).toMatchObject({ name: vendor.name, status: 'approved', handlingDays: 3 });
    for (const field of ['contactEmail', 'statusReason', 'appliedAt', 'role']) {
      expect(open.body).not.toHaveProperty(field);
    }
    const stranger = await it.request('GET', path, { token: await it.tokens.user() });
    expect(stranger.body).not.toHaveProperty('contactEmail');
    const fulfiller = await hire(it, vendor, 'fulfiller');
    const apiKey = await it.tokens.apiKey(vendor.vendorId, ['stock:read']);
    const readers = [vendor.account, vendor.owner, fulfiller.staff, apiKey];
    for (const token of [...readers, await it.tokens.operator()]) {
      const full = await it.request('GET', path, { token });
      expect(full.body.contactEmail).toMatch(/@kiln\.example\.test$/);
    }
  });

  test('is not there for the public before the vendor is approved', async () => {
    const vendor = await applied(it);
    const rival = await applied(it);
    for (const name of [vendor.vendorId, vendor.slug]) {
      const path = `/v1/vendors/${name}`;
      expect((await it.request('GET', path)).status).toBe(404);
      expect((await it.request('GET', path, { token: rival.owner })).status).toBe(404);
      expect((await it.request('GET', path, { token: vendor.account })).status).toBe(200);
    }
  });

  test.each([
    '/%00',
    '/a%2Fb',
    '/%F0%9F%8F%BA',
    `/${'x'.repeat(65)}`,
    `?cursor=${Buffer.from('["\\u0000","01890000-0000-7000-8000-000000000000"]').toString('base64url')}`,
    '?limit=101',
    '?status=unknown',
    '?unknown=1',
  ])('is not looked for at %s', async (end) => {
    const reply = await it.request('GET', `/v1/vendors${end}`);
    expect(reply.body).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });

  test('is listed by name, page by page, without those who may not sell', async () => {
    const vendors = [await approved(it), await applied(it), await approved(it)];
    const token = await it.tokens.operator();
    async function listed(query: string, as?: string) {
      const ids: string[] = [];
      let cursor: string | null = '';
      for (let pages = 0; cursor !== null && pages < 50; pages += 1) {
        const from: string = cursor ? `&cursor=${cursor}` : '';
        const reply = await it.request('GET', `/v1/vendors?limit=1${query}${from}`, {
          ...(as ? { token: as } : {}),
        });
        ids.push(...reply.body.items.map((item: { vendorId: string }) => item.vendorId));
        cursor = reply.body.nextCursor;
      }
      return ids;
    }
    const [first, waiting, last] = vendors.map((vendor) => vendor.vendorId);
    const open = await listed('');
    expect(open).toContain(first);
    expect(open).toContain(last);
    expect(open).not.toContain(waiting);
    expect(new Set(open).size).toBe(open.length);
    expect(await listed('&status=applied', token)).toContain(waiting);
    expect(await listed('', token)).toEqual(expect.arrayContaining(vendors.map((v) => v.vendorId)));
    const curious = await it.request('GET', '/v1/vendors?status=applied');
    expect(curious.status).toBe(403);
    expect((await it.request('GET', '/v1/vendors?cursor=bm9uc2Vuc2U')).status).toBe(400);
  });

  test('is changed by those who read it last, and no change is lost', async () => {
    const vendor = await approved(it);
    const change = (body: unknown, ifMatch?: string, token = vendor.owner) =>
      it.request('PATCH', `/v1/vendors/${vendor.vendorId}/settings`, {
        token,
        body,
        headers: ifMatch ? { 'if-match': ifMatch } : {},
      });
    expect((await change({ handlingDays: 5 })).status).toBe(428);
    const rivals = await Promise.all([
      change({ handlingDays: 5 }, '"2"'),
      change({ name: 'Kiln and Kin' }, '"2"'),
    ]);
    expect(rivals.map((reply) => reply.status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    const vacationUntil = '2027-01-07T00:00:00.000Z';
    const saved = await change({ story: 'Since 1998.', vacationUntil }, '"3"');
    expect(saved.body).toMatchObject({ story: 'Since 1998.', vacationUntil, version: 4 });
    expect(saved.headers.etag).toBe('"4"');
    const emptied = await change({ story: null, vacationUntil: null }, '"4"');
    expect(emptied.body).toMatchObject({ story: null, vacationUntil: null });
    expect((await change({}, '"5"')).status).toBe(400);
    expect((await change({ handlingDays: 61 }, '"5"')).status).toBe(400);
    const allowed = await it.tokens.apiKey(vendor.vendorId, ['settings:write']);
    expect((await change({ handlingDays: 2 }, '"5"', allowed)).body.handlingDays).toBe(2);
    const other = await it.tokens.apiKey(vendor.vendorId, ['orders:write']);
    expect((await change({ handlingDays: 1 }, '"6"', other)).status).toBe(403);
    const fulfiller = await hire(it, vendor, 'fulfiller');
    expect((await change({ handlingDays: 1 }, '"6"', fulfiller.staff)).status).toBe(403);
  });

  test('tells others when its name or address is another, and of nothing else', async () => {
    const vendor = await approved(it);
    const change = (body: unknown, version: number) =>
      it.request('PATCH', `/v1/vendors/${vendor.vendorId}/settings`, {
        token: vendor.owner,
        body,
        headers: { 'if-match': `"${version}"` },
      });
    const told = async () =>
      (await it.events('vendor.changed')).filter((event) => event.aggregateId === vendor.vendorId);
    await change({ handlingDays: 9, story: 'Since 1998.' }, 2);
    expect(await told()).toEqual([]);
    await change({ name: 'Kiln and Kin' }, 3);
    await change({ name: 'Kiln and Kin', contactEmail: 'kin@example.test' }, 4);
    expect(await told()).toMatchObject([
      { aggregateVersion: 4, payload: { name: 'Kiln and Kin', status: 'approved' } },
      { aggregateVersion: 5, payload: { contactEmail: 'kin@example.test' } },
    ]);
    expect((await change({ name: 'Too late' }, 4)).status).toBe(412);
    expect(await told()).toHaveLength(2);
  });

  test('is out of reach for another vendor: every route answers as if it were not there', async () => {
    const vendor = await approved(it);
    const rival = await approved(it);
    const rivalKey = await it.tokens.apiKey(rival.vendorId, ['settings:write']);
    const path = `/v1/vendors/${vendor.vendorId.toUpperCase()}`;
    const before = await it.database.admin(
      `SELECT (SELECT json_agg(v) FROM vendor.vendors v) AS v, (SELECT json_agg(s) FROM vendor.staff s) AS s,
         (SELECT json_agg(e) FROM vendor.checklist_entries e) AS e, (SELECT count(*) FROM vendor.outbox) AS o`,
    );
    const attempts = [
      ['GET', '/checklist', undefined],
      ['PUT', '/checklist/terms', { value: '1' }],
      ['GET', '/decisions', undefined],
      ['PATCH', '/settings', { name: 'Mine now' }],
      ['GET', '/staff', undefined],
      ['PATCH', `/staff/${vendor.ownerId}`, { role: 'finance' }],
      ['DELETE', `/staff/${vendor.ownerId}`, undefined],
      ['GET', '/invitations', undefined],
      ['POST', '/invitations', { email: 'me@rival.example.test', role: 'owner' }],
      ['DELETE', `/invitations/${newId()}`, undefined],
      ['GET', '/api-keys', undefined],
      ['POST', '/api-keys', { name: 'mine', scopes: ['orders:read'] }],
      ['DELETE', `/api-keys/${newId()}`, undefined],
    ] as const;
    for (const [method, end, body] of attempts) {
      for (const token of [rival.owner, rival.account, rivalKey]) {
        const reply = await it.request(method, path + end, {
          token,
          ...(body ? { body } : {}),
          headers: { 'if-match': '"2"' },
        });
        const expected = token === rivalKey && end !== '/settings' ? 403 : 404;
        expect([method, end, reply.status]).toEqual([method, end, expected]);
      }
    }
    // A token for another vendor does not work even for somebody who works for both.
    const both = await it.tokens.staff(rival.vendorId, 'owner', vendor.ownerId);
    expect((await it.request('GET', `${path}/staff`, { token: both })).status).toBe(404);
    const after = await it.database.admin(
      `SELECT (SELECT json_agg(v) FROM vendor.vendors v) AS v, (SELECT json_agg(s) FROM vendor.staff s) AS s,
         (SELECT json_agg(e) FROM vendor.checklist_entries e) AS e, (SELECT count(*) FROM vendor.outbox) AS o`,
    );
    expect(after.rows).toEqual(before.rows);
  });

  test('and all that belongs to it is invisible to a database session of another vendor', async () => {
    const vendor = await approved(it);
    const rival = await approved(it);
    await hire(it, vendor, 'finance');
    const seen = (vendorId: string) =>
      it.db.transaction({ kind: 'vendor', vendorId: vendorId as never }, async (tx) => {
        const counts: number[] = [];
        for (const table of ['vendors', 'staff', 'invitations', 'checklist_entries', 'decisions']) {
          const [row] = await tx.query(
            `SELECT count(*)::int AS n FROM ${table} WHERE vendor_id = $1`,
            [vendor.vendorId],
          );
          counts.push(row?.n);
        }
        return counts;
      });
    expect(await seen(vendor.vendorId)).toEqual([1, 2, 1, 4, 1]);
    expect(await seen(rival.vendorId)).toEqual([0, 0, 0, 0, 0]);
    const { rows } = await it.database.admin(
      `SELECT has_table_privilege('mkt_vendor_vendor', 'vendor.sealing_keys', 'SELECT') AS may`,
    );
    expect(rows[0].may).toBe(false);
  });
});
