import { productChanged } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { createSecrets, newSecretKey } from '@mkt/service-kit';
import { type TestService, testSecretKey } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSealer } from '../src/operations/sealer.ts';
import { applied, approved, completeChecklist, iban, startVendorTest, state } from './start.ts';

describe('becoming a vendor', () => {
  let it: TestService;
  let operator: string;
  beforeAll(async () => {
    it = await startVendorTest();
    operator = await it.tokens.operator();
  });
  afterAll(() => it.close());

  const apply = async (body: Record<string, unknown>, token?: string) =>
    it.request('POST', '/v1/vendors', {
      token: token ?? (await it.tokens.user()),
      body: { name: 'Loom', country: 'PT', contactEmail: 'Loom@Example.test', ...body },
    });
  const decide = (vendorId: string, decision: string, body?: unknown) =>
    it.request('POST', `/v1/vendors/${vendorId}/${decision}`, {
      token: operator,
      ...(body === undefined ? {} : { body }),
    });
  const eventsOf = async (vendorId: string) =>
    (await it.events()).filter((event) => event.aggregateId === vendorId);

  test('begins with an application that makes the applicant the owner', async () => {
    const ownerId = newId<'User'>();
    const token = await it.tokens.user(ownerId);
    const reply = await apply({ name: 'Ça & Là Wörks', story: 'We throw pots.' }, token);
    expect(reply.status).toBe(201);
    expect(reply.headers.etag).toBe('"1"');
    const { vendorId } = reply.body;
    expect(reply.body).toMatchObject({
      slug: 'ca-and-la-works',
      status: 'applied',
      contactEmail: 'loom@example.test',
      role: 'owner',
      version: 1,
    });
    const [event] = await eventsOf(vendorId);
    expect(event).toMatchObject({
      type: 'vendor.applied',
      aggregateVersion: 1,
      vendorId,
      payload: { vendorId, name: 'Ça & Là Wörks', slug: 'ca-and-la-works', ownerId },
    });
    const mine = await it.request('GET', '/v1/vendors/mine', { token });
    expect(mine.body.items).toMatchObject([{ vendorId, status: 'applied', role: 'owner' }]);
    const role = await it.peer('vendor.membership', { userId: ownerId, vendorId });
    expect(role).toEqual({ ok: true, value: { role: 'owner' } });
    const stranger = await it.peer('vendor.membership', { userId: newId<'User'>(), vendorId });
    expect(stranger).toEqual({ ok: true, value: { role: null } });
  });

  test('gives every vendor a slug of its own, also to rivals of one name at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => apply({ name: 'Same Name' })),
    );
    expect(replies.map((reply) => reply.status)).toEqual(Array(6).fill(201));
    const slugs = new Set(replies.map((reply) => reply.body.slug));
    expect(slugs.size).toBe(6);
    expect(slugs).toContain('same-name');
    const japanese = await apply({ name: '陶器の店' });
    expect(japanese.body.slug).toMatch(/^vendor-[0-9a-f]{6}$/);
  });

  test.each([
    ['a slug that is taken', { slug: 'taken-slug' }, 409, 'SLUG_TAKEN'],
    ['a slug that is a route', { slug: 'mine' }, 409, 'SLUG_TAKEN'],
    ['a slug with capitals', { slug: 'Kiln' }, 400, 'INVALID_REQUEST'],
    ['an unknown country', { country: 'Portugal' }, 400, 'INVALID_REQUEST'],
    ['a name too long', { name: 'x'.repeat(121) }, 400, 'INVALID_REQUEST'],
    ['a story too long', { story: 'x'.repeat(4_001) }, 400, 'INVALID_REQUEST'],
    ['a status of its own choice', { status: 'approved' }, 400, 'INVALID_REQUEST'],
  ])('refuses %s', async (_, body, status, code) => {
    if (code === 'SLUG_TAKEN') await apply({ slug: 'taken-slug' });
    const reply = await apply(body);
    expect(reply.body).toMatchObject({ status, code });
  });

  test('takes a few applications of one account at a time, of rivals too', async () => {
    const token = await it.tokens.user();
    const replies = await Promise.all(Array.from({ length: 8 }, () => apply({}, token)));
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(5);
    const refused = replies.find((reply) => reply.status === 409);
    expect(refused?.body.code).toBe('TOO_MANY_APPLICATIONS');
  });

  test('is approved once the checklist is complete, and what is missing is named', async () => {
    const vendor = await applied(it);
    const early = await decide(vendor.vendorId, 'approve');
    expect(early.body).toMatchObject({
      status: 409,
      code: 'CHECKLIST_INCOMPLETE',
      data: { missing: ['terms', 'identityDocument', 'bankAccount', 'address'] },
    });
    await completeChecklist(it, vendor);
    const list = await it.request('GET', `/v1/vendors/${vendor.vendorId}/checklist`, {
      token: vendor.account,
    });
    expect(list.body).toMatchObject({ complete: true, missing: [], status: 'applied' });
    const reply = await decide(vendor.vendorId, 'approve');
    expect(reply.body).toMatchObject({ status: 'approved', version: 2 });
    const types = (await eventsOf(vendor.vendorId)).map((event) => [
      event.type,
      event.aggregateVersion,
    ]);
    expect(types).toEqual([
      ['vendor.applied', 1],
      ['vendor.approved', 2],
    ]);
    const { rows } = await it.database.admin(
      'SELECT decision, reason FROM vendor.decisions WHERE vendor_id = $1',
      [vendor.vendorId],
    );
    expect(rows).toEqual([{ decision: 'approve', reason: null }]);
  });

  test('tells why it was rejected, and can be approved after all', async () => {
    const vendor = await applied(it);
    expect((await decide(vendor.vendorId, 'reject', {})).status).toBe(400);
    const reason = 'The identity document has expired.';
    await decide(vendor.vendorId, 'reject', { reason });
    const seen = await it.request('GET', `/v1/vendors/${vendor.slug}`, { token: vendor.account });
    expect(seen.body).toMatchObject({ status: 'rejected', statusReason: reason });
    await completeChecklist(it, vendor);
    expect((await decide(vendor.vendorId, 'approve')).body).toMatchObject({
      status: 'approved',
      statusReason: null,
    });
    const events = await eventsOf(vendor.vendorId);
    expect(events.at(1)).toMatchObject({ type: 'vendor.rejected', payload: { reason } });
    const decisions = await it.request('GET', `/v1/vendors/${vendor.vendorId}/decisions`, {
      token: vendor.account,
    });
    expect(decisions.body.items).toMatchObject([
      { decision: 'approve' },
      { decision: 'reject', reason },
    ]);
  });

  test('is suspended and reopened, and seen by the public only while it may sell', async () => {
    const vendor = await approved(it);
    const seen = async () => (await it.request('GET', `/v1/vendors/${vendor.slug}`)).status;
    expect(await seen()).toBe(200);
    await decide(vendor.vendorId, 'suspend', { reason: 'Unshipped orders.' });
    expect(await seen()).toBe(404);
    expect((await decide(vendor.vendorId, 'approve')).body).toMatchObject({
      code: 'INVALID_STATE',
      data: { status: 'suspended' },
    });
    await decide(vendor.vendorId, 'reopen');
    expect(await seen()).toBe(200);
    const types = (await eventsOf(vendor.vendorId)).map((event) => event.type);
    expect(types.slice(-2)).toEqual(['vendor.suspended', 'vendor.reopened']);
  });

  test('changes nothing when a decision is made twice, even at once', async () => {
    const vendor = await approved(it);
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => decide(vendor.vendorId, 'suspend', { reason: 'Twice.' })),
    );
    expect(replies.map((reply) => [reply.status, reply.body.version])).toEqual(
      Array(6).fill([200, 3]),
    );
    const events = await eventsOf(vendor.vendorId);
    expect(events.filter((event) => event.type === 'vendor.suspended')).toHaveLength(1);
    const { rows } = await it.database.admin(
      'SELECT count(*)::int AS n FROM vendor.decisions WHERE vendor_id = $1',
      [vendor.vendorId],
    );
    expect(rows[0].n).toBe(2);
  });

  test('is decided upon by operators alone', async () => {
    const vendor = await applied(it);
    for (const token of [vendor.owner, vendor.account]) {
      const path = `/v1/vendors/${vendor.vendorId}/approve`;
      expect((await it.request('POST', path, { token })).status).toBe(403);
    }
    expect((await decide(newId<'Vendor'>(), 'approve')).status).toBe(404);
  });

  test('shows of a bank account its end alone, and stores the rest sealed', async () => {
    const vendor = await applied(it);
    const reply = await state(it, vendor, 'bankAccount');
    const item = reply.body.items.find(
      (candidate: { requirement: string }) => candidate.requirement === 'bankAccount',
    );
    expect(item.value).toEqual({
      kind: 'bankAccount',
      country: 'PT',
      last4: '0154',
      accountHolder: 'Kiln & Co Lda',
    });
    const plain = iban.replaceAll(' ', '');
    expect(reply.text).not.toContain(plain.slice(4, -4));
    const { rows } = await it.database.admin(
      `SELECT sealed, (SELECT string_agg(e::text, ' ') FROM vendor.checklist_entries e)
         || coalesce((SELECT string_agg(i::text, ' ') FROM vendor.idempotency i), '') AS everything
       FROM vendor.checklist_entries WHERE vendor_id = $1`,
      [vendor.vendorId],
    );
    expect(rows[0].everything).not.toContain(plain);
    const sealer = createSealer(it.db, createSecrets(testSecretKey, 'vendor'));
    expect(await sealer.open(vendor.vendorId as never, rows[0].sealed)).toBe(plain);
    await expect(sealer.open(newId<'Vendor'>(), rows[0].sealed)).rejects.toThrow();

    // The key beside it is sealed itself; one of before keys were sealed is taken over.
    const keyOf = async () =>
      (await it.database.admin('SELECT kid, secret FROM vendor.sealing_keys')).rows[0];
    const { kid, secret } = await keyOf();
    const secrets = createSecrets(testSecretKey, 'vendor');
    expect(secret.toString().startsWith(secrets.currentPrefix)).toBe(true);
    const raw = Buffer.from(secrets.open(`sealing-key:${kid}`, secret.toString()), 'base64url');
    await it.database.admin('UPDATE vendor.sealing_keys SET secret = $1', [raw]);
    await sealer.sealStored();
    expect((await keyOf()).secret.toString().startsWith(secrets.currentPrefix)).toBe(true);
    expect(await sealer.open(vendor.vendorId as never, rows[0].sealed)).toBe(plain);
    const strange = createSealer(it.db, createSecrets(newSecretKey(), 'vendor'));
    await expect(strange.sealStored()).rejects.toMatchObject({ code: 'SECRET_KEY_WRONG' });
  });

  test.each([
    [
      'an IBAN with a wrong checksum',
      'bankAccount',
      { iban: 'PT51000201231234567890154', accountHolder: 'K' },
      'INVALID_REQUEST',
    ],
    [
      'an IBAN too short',
      'bankAccount',
      { iban: 'PT5000020123', accountHolder: 'K' },
      'INVALID_REQUEST',
    ],
    ['an account without a holder', 'bankAccount', { iban }, 'INVALID_REQUEST'],
    ['an address as document', 'identityDocument', { city: 'Porto' }, 'INVALID_REQUEST'],
    [
      'an address without a city',
      'address',
      { name: 'K', line1: 'x', postalCode: '1', country: 'PT' },
      'INVALID_REQUEST',
    ],
    ['older terms', 'terms', '0', 'TERMS_OUTDATED'],
    ['a number of products', 'minimumProducts', '3', 'REQUIREMENT_IS_COUNTED'],
    ['an unknown requirement', 'blood', 'red', 'INVALID_REQUEST'],
  ])('refuses %s on the checklist', async (_, requirement, value, code) => {
    const vendor = await applied(it);
    const reply = await state(it, vendor, requirement, value);
    expect(reply.body.code).toBe(code);
    expect(reply.status).toBeLessThan(500);
    const { rows } = await it.database.admin(
      'SELECT count(*)::int AS n FROM vendor.checklist_entries WHERE vendor_id = $1',
      [vendor.vendorId],
    );
    expect(rows[0].n).toBe(0);
  });

  test('waits for as many products and for the terms that operators ask for', async () => {
    const vendor = await applied(it);
    await completeChecklist(it, vendor);
    const requirements = (request: object) =>
      it.request('PUT', '/v1/vendors/requirements', { token: operator, ...request });
    const before = await it.request('GET', '/v1/vendors/requirements', { token: operator });
    expect(before.body).toMatchObject({ termsVersion: '1', minimumProducts: 0 });
    const etag = String(before.headers.etag);
    const body = { required: ['terms', 'bankAccount'], termsVersion: '2', minimumProducts: 2 };
    expect((await requirements({ body })).status).toBe(428);
    const raised = await requirements({ body, headers: { 'if-match': etag } });
    expect(raised.body).toMatchObject(body);
    expect((await requirements({ body, headers: { 'if-match': etag } })).status).toBe(412);

    const missing = async () => (await decide(vendor.vendorId, 'approve')).body.data?.missing;
    expect(await missing()).toEqual(['terms', 'minimumProducts']);
    expect((await state(it, vendor, 'terms', '1')).body.code).toBe('TERMS_OUTDATED');
    await state(it, vendor, 'terms', '2');

    const products = [newId<'Product'>(), newId<'Product'>()] as const;
    const change = (productId: (typeof products)[number], version: number, status: string) =>
      it.deliver(productChanged, {
        ...productChanged.payload.parse(productChanged.sample),
        productId,
        vendorId: vendor.vendorId as never,
        version,
        status: status as 'draft',
      });
    await change(products[0], 2, 'submitted');
    await change(products[1], 1, 'draft');
    expect(await missing()).toEqual(['minimumProducts']);
    await change(products[1], 3, 'submitted');
    // A late event of an older version must not take the product back to a draft.
    await change(products[1], 2, 'draft');
    const list = await it.request('GET', `/v1/vendors/${vendor.vendorId}/checklist`, {
      token: vendor.owner,
    });
    expect(list.body.products).toEqual({ count: 2, minimum: 2 });
    expect((await decide(vendor.vendorId, 'approve')).body.status).toBe('approved');
    await requirements({
      body: {
        required: ['terms', 'identityDocument', 'bankAccount', 'address'],
        termsVersion: '1',
        minimumProducts: 0,
      },
      headers: { 'if-match': String(raised.headers.etag) },
    });
  });
});
