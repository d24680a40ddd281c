import { describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { describeRule, listRules, previewRules, readRules, setRules } from './commission.ts';

const file = (content: unknown) => ({ path: 'rules.json', content: JSON.stringify(content) });
const bands = {
  kind: 'bands',
  bands: [
    { upTo: 10_000, ratePpm: 90_000 },
    { upTo: null, ratePpm: 60_000 },
  ],
};

describe('commission rules', () => {
  it('are a percentage, a file, or none of one’s own', () => {
    expect(readRules({ percent: 9, taxPercent: 23 })).toEqual({
      rules: [{ kind: 'percentage', ratePpm: 90_000 }],
      taxPpm: 230_000,
    });
    expect(readRules({ file: file({ rules: [bands], includeShipping: true }) })).toEqual({
      rules: [bands],
      includeShipping: true,
    });
    expect(readRules({ default: true })).toEqual({ rules: null });
  });

  it('may not be said twice, or not at all', () => {
    expect(() => readRules({})).toThrow(/Which rules/);
    expect(() => readRules({ percent: 9, default: true })).toThrow(/Which rules/);
    expect(() => readRules({ file: file({ rule: [] }) })).toThrow(/not as it should be/);
  });

  it('are set and tried for the vendor that is named, or the marketplace', async () => {
    const api = fakeApi({
      'GET /v1/vendors/kiln': { vendorId: 'v1' },
      'PUT /v1/commission-rules': {},
      'POST /v1/commission-rules/preview': { items: [] },
      'GET /v1/commission-rules': { items: [], nextCursor: null },
    });
    await setRules(api, 'kiln', { rules: null, validFrom: undefined });
    await previewRules(api, undefined, { rules: [], from: '2026-01-01T00:00:00.000Z' });
    await listRules(api, { vendor: undefined, default: true, limit: 5 });
    expect(api.sent.filter(({ path }) => path !== '/v1/vendors/kiln')).toMatchObject([
      { body: { vendorId: 'v1', rules: null } },
      { body: { rules: [], from: '2026-01-01T00:00:00.000Z' } },
      { query: { vendorId: 'default' } },
    ]);
  });

  it('are described for people', () => {
    expect(describeRule({ kind: 'percentage', ratePpm: 88_750 })).toBe('8.875 %');
    expect(describeRule(bands)).toBe('9 % to 100, then 6 %');
    expect(describeRule({ kind: 'fixedPerOrder', amount: 30 })).toBe('fixedPerOrder 30');
  });
});
