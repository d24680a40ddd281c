import {
  inventoryLowStock,
  orderCancelled,
  orderPlaced,
  orderShipped,
  type PayloadOf,
  userRegistered,
  vendorApplied,
  vendorApproved,
  vendorChanged,
  vendorRejected,
  vendorStaffInvited,
} from '@mkt/contracts';
import { newId, type VendorId } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { notificationService } from '../src/index.ts';
import { approval, orderOf } from './orders.ts';

describe('mail and inbox', () => {
  let it: TestService;
  let operator: string;

  beforeAll(async () => {
    it = await startTestService(notificationService, { postgresUrl: inject('postgresUrl') });
    operator = await it.tokens.operator();
  });
  afterAll(() => it.close());

  async function mailTo(address: string) {
    const url = `/v1/notifications/mailbox?to=${encodeURIComponent(address)}`;
    return (await it.request('GET', url, { token: operator })).body.items;
  }

  async function wholeMail(messageId: string) {
    const url = `/v1/notifications/mailbox/${messageId}`;
    return (await it.request('GET', url, { token: operator })).body;
  }

  test('a new account is welcomed once, however often the event comes', async () => {
    const payload = { userId: newId<'User'>(), email: 'ada@example.test', name: 'Ada <Marsh>' };
    const event = await it.deliver(userRegistered, payload);
    await it.deliver(userRegistered, payload, { id: event.id });
    const [mail, ...more] = await mailTo('ada@example.test');
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ template: 'welcome', to: 'ada@example.test' });
    const whole = await wholeMail(mail.messageId);
    expect(whole.text).toContain('Ada <Marsh>');
    expect(whole.html).toContain('Ada &lt;Marsh&gt;');
    expect(await it.events()).toEqual([]);
  });

  test('a message stays one even if the mark of its event was lost', async () => {
    const payload = { userId: newId<'User'>(), email: 'once@example.test', name: 'Once' };
    const event = await it.deliver(userRegistered, payload);
    await it.database.admin('DELETE FROM notification.inbox WHERE event_id = $1', [event.id]);
    await it.deliver(userRegistered, payload, { id: event.id });
    expect(await mailTo('once@example.test')).toHaveLength(1);
  });

  test('an order is confirmed to the shopper and told to each vendor, with its own lines alone', async () => {
    const [a, b] = [newId<'Vendor'>(), newId<'Vendor'>()];
    await it.deliver(vendorApproved, approval(a, 'a@vendors.example.test'));
    await it.deliver(vendorApproved, approval(b, 'b@vendors.example.test'));
    const order = orderOf([
      { vendorId: a, title: 'Speckled mug', payableMinor: 3_400 },
      { vendorId: b, title: 'Oak bench', payableMinor: 18_950 },
    ]);
    await it.deliver(orderPlaced, order);

    const [confirmation] = await mailTo(order.email);
    const toShopper = await wholeMail(confirmation.messageId);
    expect(toShopper.text).toContain('Speckled mug');
    expect(toShopper.text).toContain('Oak bench');
    expect(toShopper.text).toContain('Total: 223.50 EUR');

    const [toA] = await mailTo('a@vendors.example.test');
    expect(toA).toMatchObject({ template: 'new-order', subject: `New order ${order.number}-1` });
    const lettersOfA = await wholeMail(toA.messageId);
    expect(lettersOfA.text).toContain('Speckled mug');
    expect(lettersOfA.text).not.toContain('Oak bench');
    expect(lettersOfA.text).not.toContain(order.email);

    const inboxOf = async (vendorId: VendorId) => {
      const token = await it.tokens.staff(vendorId, 'fulfiller');
      const reply = await it.request('GET', '/v1/notifications/inbox', { token });
      return reply.body.items.map(({ title }: { title: string }) => title);
    };
    expect(await inboxOf(a)).toContain(`New order ${order.number}-1`);
    expect(await inboxOf(a)).not.toContain(`New order ${order.number}-2`);
    expect(await inboxOf(newId<'Vendor'>())).toEqual([]);
    const shopper = await it.tokens.user(order.shopperId);
    const own = await it.request('GET', '/v1/notifications/inbox', { token: shopper });
    expect(own.body.items.map(({ kind }: { kind: string }) => kind)).toEqual([
      'order-confirmation',
    ]);
  });

  test('a vendor’s mail waits for an address that is not known yet', async () => {
    const vendorId = newId<'Vendor'>();
    const stock = inventoryLowStock.payload.parse(inventoryLowStock.sample) as PayloadOf<
      typeof inventoryLowStock
    >;
    await it.deliver(inventoryLowStock, { ...stock, vendorId });
    const waiting = await it.request('GET', '/v1/notifications/deliveries?state=waiting', {
      token: operator,
    });
    expect(waiting.body.items).toHaveLength(1);
    expect(waiting.body.items[0]).toMatchObject({ to: null, attempts: 0 });
    await it.deliver(vendorApproved, approval(vendorId, 'late@vendors.example.test'));
    const templates = (await mailTo('late@vendors.example.test')).map(
      (mail: { template: string }) => mail.template,
    );
    expect(templates.toSorted()).toEqual(['low-stock', 'vendor-approved']);
  });

  test('an older approval does not bring an old address back', async () => {
    const vendorId = newId<'Vendor'>();
    await it.deliver(vendorApproved, approval(vendorId, 'new@vendors.example.test'), {
      aggregateVersion: 7,
    });
    await it.deliver(vendorApproved, approval(vendorId, 'old@vendors.example.test'), {
      aggregateVersion: 3,
    });
    const { rows } = await it.database.admin(
      'SELECT email FROM notification.vendor_contacts WHERE vendor_id = $1',
      [vendorId],
    );
    expect(rows).toEqual([{ email: 'new@vendors.example.test' }]);
  });

  test('a new address of a vendor is written to from then on', async () => {
    const vendorId = newId<'Vendor'>();
    await it.deliver(vendorApproved, approval(vendorId, 'before@vendors.example.test'));
    const moved = {
      ...approval(vendorId, 'after@vendors.example.test'),
      status: 'approved',
    } as const;
    await it.deliver(vendorChanged, moved, { aggregateVersion: 2 });
    const order = orderOf([{ vendorId, title: 'Reed basket', payableMinor: 2_000 }]);
    await it.deliver(orderPlaced, order);
    expect(await mailTo('after@vendors.example.test')).toMatchObject([{ template: 'new-order' }]);
  });

  test('every other event reaches whom it concerns', async () => {
    const vendorId = newId<'Vendor'>();
    const vendor = approval(vendorId, 'shop@vendors.example.test');
    await it.deliver(vendorApplied, { ...vendor, ownerId: newId<'User'>() });
    await it.deliver(vendorRejected, { ...vendor, reason: 'The document has expired.' });
    await it.deliver(vendorApproved, vendor);
    await it.deliver(vendorStaffInvited, {
      ...{ vendorId, vendorName: 'Kiln', email: 'jo@example.test' },
      ...{ role: 'finance', invitationToken: 'inv_secret' },
    });
    const shipped = orderShipped.payload.parse(orderShipped.sample) as PayloadOf<
      typeof orderShipped
    >;
    await it.deliver(orderShipped, { ...shipped, vendorId, email: 'eve@example.test' });
    const cancelled = orderCancelled.payload.parse(orderCancelled.sample) as PayloadOf<
      typeof orderCancelled
    >;
    await it.deliver(orderCancelled, { ...cancelled, vendorId, email: 'eve@example.test' });
    await it.deliver(orderCancelled, {
      ...{ ...cancelled, vendorId, email: 'kim@example.test' },
      cancelledBy: 'vendor',
    });
    const templatesTo = async (address: string) =>
      (await mailTo(address)).map((mail: { template: string }) => mail.template).toSorted();
    expect(await templatesTo('eve@example.test')).toEqual(['order-cancelled', 'order-shipped']);
    expect(await templatesTo('kim@example.test')).toEqual(['order-cancelled']);
    expect(await templatesTo('jo@example.test')).toEqual(['staff-invited']);
    // Of the two cancellations the vendor is told of the one that was not its own.
    expect(await templatesTo('shop@vendors.example.test')).toEqual([
      'order-cancelled-vendor',
      'vendor-applied',
      'vendor-approved',
      'vendor-rejected',
    ]);
    const token = await it.tokens.staff(vendorId);
    const inbox = await it.request('GET', '/v1/notifications/inbox', { token });
    expect(JSON.stringify(inbox.body)).not.toContain('inv_secret');
  });

  test('a message is read by its owner only, and stays read at the first time', async () => {
    const userId = newId<'User'>();
    await it.deliver(userRegistered, { userId, email: 'reader@example.test', name: 'Reader' });
    const token = await it.tokens.user(userId);
    const inbox = await it.request('GET', '/v1/notifications/inbox', { token });
    const { id, readAt } = inbox.body.items[0];
    expect(readAt).toBeNull();
    const url = `/v1/notifications/inbox/${id}/read`;
    for (const stranger of [await it.tokens.user(), await it.tokens.staff(newId<'Vendor'>())]) {
      const refused = await it.request('POST', url, { token: stranger });
      expect(refused.body).toMatchObject({ status: 404, code: 'MESSAGE_NOT_FOUND' });
    }
    const first = await it.request('POST', url, { token });
    await it.advance(60_000);
    const second = await it.request('POST', url, { token });
    expect(first.body.readAt).not.toBeNull();
    expect(second.body.readAt).toBe(first.body.readAt);
  });

  test('the mailbox and the log are for operators, and are paged', async () => {
    for (const path of ['mailbox', 'deliveries']) {
      const url = `/v1/notifications/${path}`;
      const refused = await it.request('GET', url, { token: await it.tokens.user() });
      expect(refused.status).toBe(403);
      const seen = new Set<string>();
      let cursor: string | null = '';
      while (cursor !== null) {
        const page = `${url}?limit=3${cursor ? `&cursor=${cursor}` : ''}`;
        const { body } = await it.request('GET', page, { token: operator });
        for (const item of body.items) {
          const key = item.messageId ?? item.id;
          expect(seen.has(key)).toBe(false);
          seen.add(key);
        }
        cursor = body.nextCursor;
      }
      expect(seen.size).toBeGreaterThan(10);
    }
  });

  test('what was not given up is not retried', async () => {
    const log = await it.request('GET', '/v1/notifications/deliveries?limit=1', {
      token: operator,
    });
    const retry = (id: string) =>
      it.request('POST', `/v1/notifications/deliveries/${id}/retry`, { token: operator });
    expect((await retry(log.body.items[0].id)).body.code).toBe('DELIVERY_NOT_FAILED');
    expect((await retry(newId())).status).toBe(404);
  });
});
