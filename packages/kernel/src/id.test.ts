import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUuid, newId, timeOfId, uuidv7 } from './id.ts';

fc.configureGlobal({ seed: 20_260_101 });

describe('uuidv7', () => {
  test('ids strictly increase and never repeat, also past the counter of one millisecond', () => {
    const ids = Array.from({ length: 20_000 }, () => uuidv7());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });

  test('ids of one moment given by the caller strictly increase past two overflows', () => {
    const ids = Array.from({ length: 10_000 }, () => uuidv7(1_700_000_000_000));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
    expect(timeOfId(ids.at(-1) ?? '') - 1_700_000_000_000).toBeLessThan(4);
  });

  test('carries its time, its version and its variant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 2 }), (timeMs) => {
        const id = uuidv7(timeMs);
        // An id of the same moment may already exist, so a repeated sample can be a step ahead.
        expect(timeOfId(id) - timeMs).toBeLessThanOrEqual(1);
        expect(timeOfId(id)).toBeGreaterThanOrEqual(timeMs);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  test('a clock in the future does not push the ids of the present ahead', () => {
    const before = Date.now();
    uuidv7(before + 1e9);
    expect(timeOfId(uuidv7())).toBeLessThan(before + 1e8);
  });

  test('refuses a time that is no whole millisecond', () => {
    expect(() => uuidv7(1.5)).toThrow('whole milliseconds');
    expect(() => uuidv7(-1)).toThrow('whole milliseconds');
  });
});

describe('reading an id', () => {
  test('knows a UUID from other text', () => {
    expect(isUuid(newId())).toBe(true);
    expect(isUuid('not-a-uuid')).toBe(false);
    expect(isUuid(`${newId()}0`)).toBe(false);
  });

  test('only a version 7 has a time', () => {
    expect(() => timeOfId('3d813cbb-47fb-42ba-91df-831e1593ac29')).toThrow('Not a UUIDv7');
  });
});
