import { userRegistered } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createNotificationService } from '../src/index.ts';
import { type SmtpServer, startSmtpServer } from './smtp-server.ts';

const minuteMs = 60_000;

describe('mail over SMTP', () => {
  let it: TestService;
  let server: SmtpServer;
  let operator: string;

  beforeAll(async () => {
    server = await startSmtpServer();
    const service = createNotificationService({
      mail: { transport: 'smtp', url: server.url },
      mailRetry: { maxAttempts: 3, firstMs: minuteMs, maxMs: 10 * minuteMs },
      sendTimeoutMs: 2_000,
    });
    it = await startTestService(service, { postgresUrl: inject('postgresUrl') });
    operator = await it.tokens.operator();
  });
  afterAll(async () => {
    await it.close();
    await server.close();
  });

  async function register(email: string) {
    await it.deliver(userRegistered, { userId: newId<'User'>(), email, name: 'Åda – Marsh' });
    return delivery(email);
  }

  async function delivery(email: string) {
    const url = '/v1/notifications/deliveries?limit=100';
    const { body } = await it.request('GET', url, { token: operator });
    return body.items.find((item: { to: string }) => item.to === email);
  }

  const mailsTo = (email: string) => server.received.filter(({ to }) => to.includes(email));

  test('hands a mail over with both parts and a Message-ID of its own', async () => {
    const logged = await register('ada@example.test');
    expect(logged).toMatchObject({ state: 'sent', attempts: 1, lastError: null });
    const [mail] = mailsTo('ada@example.test');
    expect(mail?.from).toBe('no-reply@marketplace.invalid');
    expect(mail?.to).toEqual(['ada@example.test']);
    expect(mail?.data).toContain(`Message-ID: <${logged.id}@marketplace.invalid>`);
    expect(mail?.data).toContain('Subject: Welcome to the marketplace');
    expect(mail?.data).toContain('Content-Type: text/plain; charset=utf-8');
    expect(mail?.data).toContain('Content-Type: text/html; charset=utf-8');
  });

  test('tries again after a pause when the server asks for it, with the same Message-ID', async () => {
    server.refuseNext('451 busy with later@example.test');
    const put = await register('later@example.test');
    expect(put).toMatchObject({ state: 'queued', attempts: 1, lastError: 'smtp 451' });
    await it.advance(minuteMs - 1_000);
    expect(mailsTo('later@example.test')).toEqual([]);
    await it.advance(1_000);
    expect(await delivery('later@example.test')).toMatchObject({ state: 'sent', attempts: 2 });
    expect(mailsTo('later@example.test')[0]?.data).toContain(`<${put.id}@`);
  });

  test('gives up after the last try, and an operator’s retry begins anew', async () => {
    server.refuseNext('451 no', '451 no', '451 no');
    const { id } = await register('never@example.test');
    await it.advance(minuteMs);
    await it.advance(2 * minuteMs);
    expect(await delivery('never@example.test')).toMatchObject({ state: 'failed', attempts: 3 });
    await it.advance(60 * minuteMs);
    expect(mailsTo('never@example.test')).toEqual([]);
    const url = `/v1/notifications/deliveries/${id}/retry`;
    const retried = await it.request('POST', url, { token: operator });
    expect(retried.body).toMatchObject({ state: 'queued', attempts: 0 });
    await it.idle();
    expect(await delivery('never@example.test')).toMatchObject({ state: 'sent', attempts: 1 });
    expect(mailsTo('never@example.test')).toHaveLength(1);
  });

  test('does not try again where the server has said its last word', async () => {
    server.refuseNext('550 no such person');
    const refused = await register('nobody@example.test');
    expect(refused).toMatchObject({ state: 'failed', attempts: 1, lastError: 'smtp 550' });
  });

  test('takes up after a crash what was under way', async () => {
    await register('crash@example.test');
    await it.database.admin(
      `UPDATE notification.messages SET state = 'queued', sent_at = NULL,
         lease_until = now() - interval '1 s' WHERE to_address = 'crash@example.test'`,
    );
    await it.advance(0);
    expect(await delivery('crash@example.test')).toMatchObject({ state: 'sent', attempts: 2 });
    const ids = mailsTo('crash@example.test').map(
      ({ data }) => /Message-ID: (\S+)/.exec(data)?.[1],
    );
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test('leaves to another process what that one holds', async () => {
    await register('held@example.test');
    await it.database.admin(
      `UPDATE notification.messages SET state = 'queued', lease_until = now() + interval '60 s'
       WHERE to_address = 'held@example.test'`,
    );
    await it.advance(0);
    expect(mailsTo('held@example.test')).toHaveLength(1);
  });

  test('shows in the mailbox nothing that was sent away', async () => {
    const { body } = await it.request('GET', '/v1/notifications/mailbox', { token: operator });
    expect(body.items).toEqual([]);
  });
});
