import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, parseLineUnits, parseMoment } from './inputs.ts';

describe('a time span', () => {
  it.each([
    ['14d', 1_209_600_000],
    ['1d12h', 129_600_000],
    ['90m', 5_400_000],
    ['1s', 1_000],
    ['2w', 1_209_600_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '14', 'd', '0d', '-1d', '1.5d', '14 d', '1y', `${'9'.repeat(20)}d`])(
    '%j is refused',
    (text) => {
      expect(() => parseDuration(text)).toThrow(/is not a time span/);
    },
  );
});

describe('a moment', () => {
  it('is a day from its midnight, or a time', () => {
    expect(parseMoment('2026-03-01')).toBe('2026-03-01T00:00:00.000Z');
    expect(parseMoment('2026-03-01T12:00:00+02:00')).toBe('2026-03-01T10:00:00.000Z');
  });

  it.each(['yesterday', '2026-13-01', '01.03.2026', '2026-03-01T12:00:00'])(
    '%j is refused',
    (text) => {
      expect(() => parseMoment(text)).toThrow(/is not a date/);
    },
  );
});

describe('units of a line', () => {
  it('are read as written', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 10_000 }), (lineId, quantity) => {
        expect(parseLineUnits(`${lineId}=${quantity}`)).toEqual({ lineId, quantity });
      }),
    );
  });

  it.each([
    'mug=1',
    '0190b6f0-0000-7000-8000-000000000001',
    '0190b6f0-0000-7000-8000-000000000001=0',
  ])('%j is refused', (text) => {
    expect(() => parseLineUnits(text)).toThrow(/not a line and its units/);
  });
});
