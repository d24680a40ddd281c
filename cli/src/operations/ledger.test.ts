import { expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { readStatement } from './ledger.ts';

it('covers the last 31 days of the business clock, unless days are named', async () => {
  const api = fakeApi({
    'GET /v1/clock': { now: '2031-03-31T12:00:00.000Z' },
    'GET /v1/ledger/statement': {},
  });
  await readStatement(api, {});
  expect(api.sent[1]?.query).toMatchObject({
    from: '2031-02-28T12:00:00.000Z',
    to: '2031-03-31T12:00:00.000Z',
  });
});

it('does not ask for the time where the end is named', async () => {
  const api = fakeApi({ 'GET /v1/ledger/statement': {} });
  await readStatement(api, { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' });
  expect(api.sent).toHaveLength(1);
});
