import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { orderPlaced } from '@mkt/contracts';
import { fixedClock, newId, type VendorId } from '@mkt/kernel';
import { createSecrets } from '@mkt/service-kit';
import { startTestService, type TestService, testSecretKey } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createNotificationService } from '../src/index.ts';
import { createWebhookSecrets } from '../src/webhooks/secrets.ts';
import { orderOf } from './orders.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const minuteMs = 60_000;
const signedAt = new Date('2026-03-01T12:00:00Z');

describe('webhooks', () => {
  let it: TestService;
  let token: string;
  let vendorId: VendorId;
  let receiverUrl: string;
  const received: Received[] = [];
  /** Statuses to answer with, then 200. */
  const answers: number[] = [];
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answers.shift() ?? 200, { location: receiverUrl }).end('x'.repeat(10_000));
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const service = createNotificationService({
      allowLoopback: true,
      maxWebhooksPerVendor: 2,
      webhookRetry: { maxAttempts: 3, firstMs: minuteMs, maxMs: 10 * minuteMs },
      sendTimeoutMs: 2_000,
      signatureClock: fixedClock(signedAt),
    });
    it = await startTestService(service, { postgresUrl: inject('postgresUrl') });
  });
  afterAll(async () => {
    await it.close();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });
  beforeEach(async () => {
    received.length = 0;
    answers.length = 0;
    vendorId = newId<'Vendor'>();
    token = await it.tokens.staff(vendorId);
  });

  const url = '/v1/notifications/webhooks';

  async function addEndpoint(as = token) {
    const body = { url: receiverUrl, eventTypes: ['order.placed'] };
    const reply = await it.request('POST', url, { token: as, body });
    expect(reply.status).toBe(201);
    return reply.body;
  }

  async function log(endpointId: string, as = token) {
    return (await it.request('GET', `${url}/${endpointId}/deliveries`, { token: as })).body.items;
  }

  test('a vendor’s endpoint gets the vendor’s part, signed, and nothing of the others', async () => {
    const { secret, endpointId } = await addEndpoint();
    const order = orderOf([
      { vendorId, title: 'Speckled mug', payableMinor: 3_400 },
      { vendorId: newId<'Vendor'>(), title: 'Oak bench', payableMinor: 18_950 },
    ]);
    const event = await it.deliver(orderPlaced, order);
    expect(received).toHaveLength(1);
    const [{ headers, body }] = received as [Received];
    const seconds = signedAt.getTime() / 1_000;
    const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    expect(headers['mkt-signature']).toBe(`t=${seconds},v1=${mac}`);
    expect(headers['mkt-event-id']).toBe(event.id);
    const sent = JSON.parse(body);
    expect(sent).toMatchObject({ id: event.id, type: 'order.placed' });
    expect(sent.data).toMatchObject({
      number: `${order.number}-1`,
      payable: { amountMinor: 3_400, currency: 'EUR' },
    });
    expect(body).not.toContain('Oak bench');
    expect(body).not.toContain(order.email);
    expect(body).not.toContain('18950');
    expect(await log(endpointId)).toMatchObject([
      { state: 'sent', attempts: 1, eventId: event.id },
    ]);
  });

  test('an event that comes twice is sent once', async () => {
    await addEndpoint();
    const order = orderOf([{ vendorId, title: 'Mug', payableMinor: 100 }]);
    const { id } = await it.deliver(orderPlaced, order);
    await it.deliver(orderPlaced, order, { id });
    expect(received).toHaveLength(1);
  });

  test('a failed delivery is tried again after a pause, then given up, then replayed', async () => {
    const { endpointId } = await addEndpoint();
    answers.push(500, 503, 500);
    await it.deliver(orderPlaced, orderOf([{ vendorId, title: 'Mug', payableMinor: 100 }]));
    expect(await log(endpointId)).toMatchObject([{ state: 'queued', lastError: 'http 500' }]);
    await it.advance(minuteMs - 1_000);
    expect(received).toHaveLength(1);
    await it.advance(1_000);
    await it.advance(2 * minuteMs);
    const [given] = await log(endpointId);
    expect(given).toMatchObject({ state: 'failed', attempts: 3 });
    const replay = `${url}/${endpointId}/deliveries/${given.deliveryId}/replay`;
    const stranger = await it.tokens.staff(newId<'Vendor'>());
    expect((await it.request('POST', replay, { token: stranger })).status).toBe(404);
    expect((await it.request('POST', replay, { token })).status).toBe(200);
    await it.idle();
    expect(await log(endpointId)).toMatchObject([{ state: 'sent', attempts: 1 }]);
    expect(received).toHaveLength(4);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  });

  test('a redirect is a failure and is not followed', async () => {
    const { endpointId } = await addEndpoint();
    answers.push(302);
    await it.deliver(orderPlaced, orderOf([{ vendorId, title: 'Mug', payableMinor: 100 }]));
    expect(received).toHaveLength(1);
    expect(await log(endpointId)).toMatchObject([{ state: 'queued', lastError: 'http 302' }]);
  });

  test('an address inside a network is refused again at the moment of sending', async () => {
    const { endpointId } = await addEndpoint();
    for (const inside of ['https://localhost/', 'http://10.0.0.1/']) {
      await it.database.admin('UPDATE notification.webhook_endpoints SET url = $2 WHERE id = $1', [
        endpointId,
        inside,
      ]);
      await it.deliver(orderPlaced, orderOf([{ vendorId, title: 'Mug', payableMinor: 100 }]));
      const [newest] = await log(endpointId);
      expect(newest).toMatchObject({
        state: 'queued',
        lastError: 'the address is not a public one',
      });
      await it.advance(1_000);
    }
    expect(received).toEqual([]);
  });

  test('another vendor neither sees, removes nor fills an endpoint', async () => {
    const { endpointId } = await addEndpoint();
    const stranger = await it.tokens.staff(newId<'Vendor'>());
    expect((await it.request('GET', url, { token: stranger })).body.items).toEqual([]);
    for (const [method, path] of [
      ['GET', `${url}/${endpointId}/deliveries`],
      ['DELETE', `${url}/${endpointId}`],
    ] as const) {
      expect((await it.request(method, path, { token: stranger })).status).toBe(404);
    }
    const own = await it.request('GET', url, { token });
    expect(own.body.items).toHaveLength(1);
    expect(own.body.items[0]).not.toHaveProperty('secret');
  });

  test('an endpoint that is removed gets nothing more', async () => {
    const { endpointId } = await addEndpoint();
    expect((await it.request('DELETE', `${url}/${endpointId}`, { token })).status).toBe(204);
    await it.deliver(orderPlaced, orderOf([{ vendorId, title: 'Mug', payableMinor: 100 }]));
    expect(received).toEqual([]);
  });

  test('endpoints are bounded in number, even when they are added at once', async () => {
    const body = { url: receiverUrl, eventTypes: ['order.placed'] };
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => it.request('POST', url, { token, body })),
    );
    const codes = replies.map((reply) => reply.body.code ?? reply.status);
    expect(codes.filter((code) => code === 201)).toHaveLength(2);
    expect(codes.filter((code) => code === 'TOO_MANY_WEBHOOKS')).toHaveLength(4);
  });

  test.each([
    ['http://example.test/', ['order.placed'], 422, 'WEBHOOK_URL_REFUSED'],
    ['https://10.0.0.1/', ['order.placed'], 422, 'WEBHOOK_URL_REFUSED'],
    ['https://example.test/', [], 400, 'INVALID_REQUEST'],
    ['https://example.test/', ['user.registered'], 400, 'INVALID_REQUEST'],
  ])('refuses %s for %j', async (target, eventTypes, status, code) => {
    const reply = await it.request('POST', url, { token, body: { url: target, eventTypes } });
    expect(reply.body).toMatchObject({ status, code });
  });

  test('settings are for owners, managers and keys with the scope', async () => {
    const fulfiller = await it.tokens.staff(vendorId, 'fulfiller');
    expect((await it.request('GET', url, { token: fulfiller })).status).toBe(403);
    const key = await it.tokens.apiKey(vendorId, ['settings:write']);
    expect((await it.request('GET', url, { token: key })).status).toBe(200);
    const wrongKey = await it.tokens.apiKey(vendorId, ['orders:read']);
    expect((await it.request('GET', url, { token: wrongKey })).status).toBe(403);
  });

  test('a secret is stored sealed, and a repeat of the request gets it again', async () => {
    const add = () =>
      it.request('POST', url, {
        token,
        body: { url: receiverUrl, eventTypes: ['order.placed'] },
        idempotencyKey: 'webhook-once-1',
      });
    const added = (await add()).body;
    expect((await add()).body).toEqual(added);
    const { rows } = await it.database.admin(
      `SELECT secret, (SELECT string_agg(i::text, ' ') FROM notification.idempotency i) AS replies
       FROM notification.webhook_endpoints WHERE id = $1`,
      [added.endpointId],
    );
    expect(rows[0].secret).toMatch(/^s1\./);
    expect(rows[0].replies).not.toContain(added.secret);

    // One of before secrets were sealed signs as before, and is sealed at the next start.
    await it.database.admin('UPDATE notification.webhook_endpoints SET secret = $1 WHERE id = $2', [
      added.secret,
      added.endpointId,
    ]);
    await it.deliver(orderPlaced, orderOf([{ vendorId, title: 'Mug', payableMinor: 100 }]));
    const [{ headers, body }] = received as [Received];
    const seconds = signedAt.getTime() / 1_000;
    const mac = createHmac('sha256', added.secret).update(`${seconds}.${body}`).digest('hex');
    expect(headers['mkt-signature']).toBe(`t=${seconds},v1=${mac}`);
    await createWebhookSecrets(createSecrets(testSecretKey, 'notification')).sealStored(it.db);
    expect((await add()).body).toEqual(added);
    const sealed = await it.database.admin(
      `SELECT count(*)::int AS n FROM notification.webhook_endpoints WHERE secret LIKE 'whsec%'`,
    );
    expect(sealed.rows[0].n).toBe(0);
  });

  test('the vendor’s database role cannot read a secret or write a message', async () => {
    await addEndpoint();
    const denied = async (sql: string) => {
      const run = it.db.transaction({ kind: 'vendor', vendorId }, (tx) => tx.query(sql));
      await expect(run).rejects.toMatchObject({ code: '42501' });
    };
    await denied('SELECT secret FROM webhook_endpoints');
    await denied(`UPDATE messages SET subject = 'x'`);
    await denied('DELETE FROM messages');
    await denied(`UPDATE webhook_deliveries SET body = 'x'`);
  });
});
