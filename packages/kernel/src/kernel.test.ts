import { expect, test } from 'vitest';
import { assert, BugError, unreachable } from './assert.ts';
import { fixedClock, systemClock } from './clock.ts';
import { err, ok, refuse } from './result.ts';

test('a result is a value or an error', () => {
  expect(ok(1)).toEqual({ ok: true, value: 1 });
  expect(err('no')).toEqual({ ok: false, error: 'no' });
});

test('a refusal has a code and a sentence, and data only when there is some', () => {
  expect(refuse('STOCK_SHORT', 'Two are left.')).toEqual({
    ok: false,
    error: { code: 'STOCK_SHORT', detail: 'Two are left.' },
  });
  expect(refuse('STOCK_SHORT', 'Two are left.', { left: 2 }).error.data).toEqual({ left: 2 });
});

test('a broken assumption is a bug', () => {
  expect(() => assert(false, 'impossible')).toThrow(new BugError('impossible'));
  expect(() => assert(1, 'fine')).not.toThrow();
  expect(() => unreachable('x' as never)).toThrow(BugError);
});

test('a fixed clock moves only when told to', () => {
  const clock = fixedClock('2026-01-01T00:00:00Z');
  expect(clock.now()).toEqual(clock.now());
  clock.advance(1500);
  expect(clock.now().toISOString()).toBe('2026-01-01T00:00:01.500Z');
});

test('the system clock tells the time', () => {
  expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1000);
});
