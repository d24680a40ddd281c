import { describe, expect, test } from 'vitest';
import { redact, scrub } from './redact.ts';

const groupId = '0190b6f0-0000-7000-8000-000000000001';

describe('a stored value that is shown to an operator', () => {
  test('keeps its shape, ids, times, amounts and states', () => {
    const state = {
      groupId,
      phase: 'buying',
      totalMinor: 1_200,
      paying: false,
      payment: null,
      expiresAt: '2026-11-27T20:00:00.000Z',
      failure: { code: 'OUT_OF_STOCK' },
      orders: [{ orderId: groupId }],
    };
    expect(redact(state)).toEqual(state);
  });

  test('hides every other text, in lists and in names of fields too', () => {
    const shown = redact({
      email: 'ada@example.test',
      shippingAddress: { name: 'Ada', line1: 'Mill Lane 4' },
      notes: ['call Ada'],
      'ada@example.test': 1,
    });
    expect(shown).toEqual({
      email: '[hidden, 16 characters]',
      shippingAddress: { name: '[hidden, 3 characters]', line1: '[hidden, 11 characters]' },
      notes: ['[hidden, 8 characters]'],
      '[hidden, 16 characters]': 1,
    });
  });

  test('hides what opens something, even where it looks like an id or a state', () => {
    const shown = redact({ paymentToken: groupId, key: { key: groupId }, status: 'Ada Marsh' });
    expect(JSON.stringify(shown)).not.toMatch(/0190b6f0|Ada/);
  });

  test('ends where it is nested without end', () => {
    let deep: unknown = 'x';
    for (let n = 0; n < 1_000; n += 1) deep = [deep];
    expect(JSON.stringify(redact(deep))).toContain('nested too deep');
  });
});

describe('an error’s sentence', () => {
  test.each([
    ['no such user ada.marsh+1@mail.example.test here', 'no such user [e-mail] here'],
    ['refused Bearer eyJhbGciOi.eyJzdWIi.c2ln', 'refused Bearer [token]'],
    ['the key mkt_abcdefgh12345678 is old', 'the key [key] is old'],
    ['card 4242 4242 4242 4242 declined', 'card [number] declined'],
    ['account IE29 AIBK 9311 5212 3456 78 closed', 'account [iban] closed'],
    ['timeout after 1500 ms in order.place', 'timeout after 1500 ms in order.place'],
    [`saga ${groupId} took 50 steps`, `saga ${groupId} took 50 steps`],
  ])('%s', (said, shown) => {
    expect(scrub(said)).toBe(shown);
  });
});
