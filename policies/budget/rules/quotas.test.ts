import { describe, expect, it } from 'vitest';
import type { Limit } from '../../limits/index.ts';
import type { DeclaredUse } from '../facts.ts';
import { testLimit } from '../testing/facts.ts';
import { judgeQuotas } from './quotas.ts';

const use = (quantity: number, more: Partial<DeclaredUse> = {}): DeclaredUse => ({
  limitId: 'upstash.commands.count',
  quantity,
  because: `${quantity} commands`,
  ...more,
});
const judged = (uses: readonly DeclaredUse[], limit: Partial<Limit> = {}) =>
  judgeQuotas(uses, () => testLimit(limit));

describe('an allowance', () => {
  it('holds the sum of all that use it, with the arithmetic', () => {
    expect(judged([use(300), use(400)])).toEqual([
      expect.objectContaining({
        severity: 'ok',
        value: 700,
        limit: 1000,
        share: 0.7,
        arithmetic: '300 commands + 400 commands',
      }),
    ]);
  });

  it('is counted for each project or site on its own', () => {
    const both = judged([use(900, { instance: 'a' }), use(900, { instance: 'b' })]);
    expect(both.map(({ instance, value }) => [instance, value])).toEqual([
      ['a', 900],
      ['b', 900],
    ]);
  });

  it('that is nearly used up is a warning; full of what stands still, it is not', () => {
    expect(judged([use(900)])[0]?.severity).toBe('warning');
    expect(judged([use(1000)], { period: 'standing' })[0]?.severity).toBe('ok');
    expect(judged([use(1001)], { period: 'standing' })[0]?.severity).toBe('error');
  });

  it('that is exceeded says by how much, on which day, what happens, and what it costs', () => {
    const [finding] = judged([use(3100)], { price: { usd: 0.2, per: 100 } });
    expect(finding).toMatchObject({ severity: 'error', exhaustedOnDay: 11, costUsd: 4.2 });
    expect(finding?.why).toBe(
      '2,100 commands too many; used up on day 11; then it is refused; ' +
        'where it can be bought, US$ 4.20 a month',
    );
    expect(finding?.remedy).toContain('at most 32% of it fits');
  });

  it('runs out earlier where more is spent at the beginning', () => {
    const dailyLevels = Array.from({ length: 31 }, (_, at) => 1550 + (at * 1550) / 30);
    expect(judged([use(3100, { dailyLevels })])[0]?.exhaustedOnDay).toBe(1);
  });

  it('of seven days is full on the day on which they hold too much, one of a second at once', () => {
    const period = 'rolling-7-days';
    expect(judged([use(1400)], { period })[0]?.exhaustedOnDay).toBe(6);
    const dailyLevels = Array.from({ length: 31 }, (_, at) => (at === 13 ? 1001 : 900));
    expect(judged([use(1001, { dailyLevels })], { period })[0]?.exhaustedOnDay).toBe(14);
    expect(judged([use(1001)], { period: 'second' })[0]?.exhaustedOnDay).toBe(1);
  });

  it('that is occupied and not spent runs out on no day', () => {
    const [finding] = judged([use(1001)], { period: 'standing' });
    expect(finding?.severity).toBe('error');
    expect(finding).not.toHaveProperty('exhaustedOnDay');
  });

  it('names the largest use as the first to be reduced', () => {
    expect(judged([use(100), use(1900)])[0]?.remedy).toMatch(/^reduce first: 1900 commands/);
  });

  it('that nobody knows is never free', () => {
    const [finding] = judged([use(1)], { value: 'unknown', note: 'two figures' });
    expect(finding).toMatchObject({ severity: 'error', limit: 'unknown' });
    expect(finding?.why).toContain('two figures');
    expect(judged([use(0)], { value: 'unknown' })[0]?.severity).toBe('ok');
  });

  it('without an end holds everything', () => {
    expect(judged([use(1e12)], { value: 'unlimited' })[0]?.severity).toBe('ok');
  });

  it('that is a floor has to be reached', () => {
    const floor = { bound: 'least', value: 47, unit: 'gb' } as const;
    expect(judged([use(46)], floor)[0]).toMatchObject({ severity: 'error' });
    expect(judged([use(47)], floor)[0]?.severity).toBe('ok');
  });

  it('of nothing is exceeded by anything', () => {
    expect(judged([use(1)], { value: 0 })[0]).toMatchObject({ severity: 'error' });
  });

  it('points to the place of the first use that has one', () => {
    const source = { file: 'a.yaml', line: 7 };
    expect(judged([use(1), use(1, { source })])[0]?.place).toEqual(source);
  });
});
