import { newId, uuidv7 } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { guardService } from '../src/index.ts';

describe('the budget guard', () => {
  let guard: TestService;
  let operator: string;
  const vendorId = newId<'Vendor'>();

  beforeAll(async () => {
    guard = await startTestService(guardService, { postgresUrl: inject('postgresUrl') });
    operator = await guard.tokens.operator();
  });
  afterAll(() => guard.close());

  const usage = async (query = '') =>
    (await guard.request('GET', `/v1/budget/usage${query}`, { token: operator })).body;

  test('adds a report once and shows it by meter, service and vendor', async () => {
    const report = {
      reportId: uuidv7(),
      service: 'order',
      counts: [
        { meter: 'redis.commands', vendorId: null, amount: 5 },
        { meter: 'redis.commands', vendorId, amount: 2 },
      ],
    };
    await guard.peer('guard.report', report);
    await guard.peer('guard.report', report);
    const { meters, rows } = await usage();
    expect(meters).toContainEqual({
      meter: 'redis.commands',
      used: 7,
      limit: null,
      exhaustedAt: null,
      level: 'normal',
    });
    expect(rows).toContainEqual({ service: 'order', meter: 'redis.commands', vendorId, amount: 2 });
    expect(rows).toContainEqual({
      service: 'order',
      meter: 'redis.commands',
      vendorId: null,
      amount: 5,
    });
  });

  test('shows a month by itself and refuses a period that ends before it starts', async () => {
    expect((await usage('?from=2020-01-01&to=2020-01-31')).meters).toEqual([]);
    const refused = await guard.request('GET', '/v1/budget/usage?from=2026-02-01&to=2026-01-01', {
      token: operator,
    });
    expect([refused.status, refused.body.code]).toEqual([400, 'PERIOD_INVALID']);
  });

  test('shows usage to operators only', async () => {
    const token = await guard.tokens.user();
    const refused = await guard.request('GET', '/v1/budget/usage', { token });
    expect(refused.status).toBe(403);
  });

  test('moves the clock only where it is adjustable', async () => {
    const token = operator;
    const body = { ms: 86_400_000 };
    const before = guard.clock.now().getTime();
    const moved = await guard.request('POST', '/v1/clock/advance', { token, body });
    expect(Date.parse(moved.body.now)).toBe(before + 86_400_000);
    const backwards = await guard.request('POST', '/v1/clock/advance', { token, body: { ms: -1 } });
    expect(backwards.status).toBe(400);
  });
});
