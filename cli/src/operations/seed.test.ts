import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { isSeeded, seedFailure } from './seed.ts';

const demo = { demoVendorSlugs: async () => ['kiln', 'oxbow'] };
const page = (...items: unknown[]) => ({ items, nextCursor: null });
const vendors = (...slugs: string[]) => page(...slugs.map((slug) => ({ slug, name: slug })));
const marketplace = (changes: Record<string, unknown> = {}) =>
  fakeApi({
    'GET /v1/auth/me': { operator: true },
    'GET /v1/vendors': vendors(),
    'GET /v1/payouts': page(),
    'GET /v1/clock': { now: '2026-01-01T00:00:00Z', adjustable: true },
    ...changes,
  });

describe('whether the demo can be made', () => {
  it('is so where nobody sells yet', async () => {
    await expect(isSeeded(marketplace(), demo)).resolves.toBe(false);
  });

  it('does not matter where it is there to its last step', async () => {
    const api = marketplace({
      'GET /v1/vendors': vendors('kiln', 'oxbow', 'another'),
      'GET /v1/payouts': page({}),
    });
    await expect(isSeeded(api, demo)).resolves.toBe(true);
  });

  it.each<[string, Record<string, unknown>]>([
    ['OPERATOR_REQUIRED', { 'GET /v1/auth/me': { operator: false } }],
    ['SEED_UNFINISHED', { 'GET /v1/vendors': vendors('kiln') }],
    ['SEED_UNFINISHED', { 'GET /v1/vendors': vendors('kiln', 'oxbow') }],
    ['MARKETPLACE_NOT_EMPTY', { 'GET /v1/vendors': vendors('another') }],
    ['CLOCK_FIXED', { 'GET /v1/clock': { now: '2026-01-01T00:00:00Z', adjustable: false } }],
  ])('%s says why not, and what to do', async (code, changes) => {
    await expect(isSeeded(marketplace(changes), demo)).rejects.toMatchObject({
      code,
      next: expect.stringMatching(/mkt (seed|dev)/),
    });
  });
});

it('a seed that was refused half-way says what was refused and how to begin anew', () => {
  const refused = Object.assign(new Error('POST /v1/vendors was refused'), { code: 'SLUG_TAKEN' });
  expect(seedFailure(refused)).toMatchObject({
    code: 'SLUG_TAKEN',
    message: expect.stringContaining('POST /v1/vendors'),
    next: expect.stringContaining('--data DIR'),
  });
  const failure = new Failure('No.', { code: 'NO' });
  expect(seedFailure(failure)).toBe(failure);
});
