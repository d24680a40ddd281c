import { describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { applyToSell, readApplication } from './application.ts';

const vendorId = '0190b6f0-0000-7000-8000-000000000001';
const complete = { name: 'Kiln & Co', country: 'IE', contactEmail: 'studio@kiln.test' };
const file = (content: unknown) => ({ path: 'vendor.json', content: JSON.stringify(content) });

describe('reading an application', () => {
  it('takes a flag before the file', () => {
    const given = { name: 'Kiln and Company', slug: undefined };
    expect(readApplication({ file: file(complete), given })).toEqual({
      ...complete,
      name: 'Kiln and Company',
    });
  });

  it('needs no file when flags say everything', () => {
    expect(readApplication({ given: complete })).toEqual(complete);
  });

  it('accepts the terms in force unless the checklist says which', () => {
    const bankAccount = { iban: 'IE29AIBK93115212345678', accountHolder: 'Kiln' };
    const { checklist } = readApplication({
      given: complete,
      checklist: { path: 'checklist.json', content: JSON.stringify({ bankAccount }) },
    });
    expect(checklist).toEqual({ terms: true, bankAccount });
  });

  it('tells every problem at once', () => {
    const wrong = file({ name: 'K', country: 'Ireland', contactEmail: 'nobody', colour: 'red' });
    expect(() => readApplication({ file: wrong, given: {} })).toThrow(
      /name: .*\n.*country: .*\n.*contactEmail: .*\n.*colour/s,
    );
  });

  it('says what is missing where neither file nor flag has it', () => {
    const attempt = () => readApplication({ given: { name: 'Kiln' } });
    expect(attempt).toThrow(/The application is not as it should be/);
    expect(attempt).toThrow(/contactEmail/);
  });

  it('says so where the file is not JSON', () => {
    const content = 'name: Kiln';
    expect(() => readApplication({ file: { path: 'x.yml', content }, given: {} })).toThrow(
      /x\.yml is not JSON/,
    );
  });
});

describe('applying', () => {
  it('applies, then states each requirement, with the terms in force', async () => {
    const path = `/v1/vendors/${vendorId}/checklist`;
    const api = fakeApi({
      'POST /v1/vendors': { vendorId, name: 'Kiln', slug: 'kiln' },
      [`GET ${path}`]: { termsVersion: '2026-01', complete: false, missing: ['terms'] },
      [`PUT ${path}/terms`]: { complete: false, missing: ['identityDocument'] },
      [`PUT ${path}/identityDocument`]: { complete: true, missing: [] },
    });
    const steps: string[] = [];
    const checklist = { terms: true as const, identityDocument: 'P123' };
    const applied = await applyToSell(api, { ...complete, checklist }, (what) => steps.push(what));
    expect(applied.checklist.complete).toBe(true);
    expect(api.sent[0]?.body).toEqual(complete);
    expect(api.sent.slice(2).map(({ body }) => body)).toEqual([
      { value: '2026-01' },
      { value: 'P123' },
    ]);
    expect(steps).toEqual(['applied as Kiln (kiln)', 'stated terms', 'stated identityDocument']);
  });
});
