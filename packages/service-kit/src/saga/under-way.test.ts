import { describe, expect, test } from 'vitest';
import { createUnderWay } from './under-way.ts';

const at = (seconds: number): Date => new Date(seconds * 1_000);

describe('sagas under way', () => {
  test('are as old as their work, and gone when they finish or wait', () => {
    const underWay = createUnderWay();
    underWay.takenUp('a', at(10), at(40));
    underWay.takenUp('b', null, at(40));
    expect(underWay.backlog(at(50))).toEqual({ count: 2, oldestAgeMs: 40_000 });
    underWay.settled('a');
    expect(underWay.backlog(at(50))).toEqual({ count: 1, oldestAgeMs: 10_000 });
    underWay.settled('b');
    expect(underWay.backlog(at(50))).toEqual({ count: 0, oldestAgeMs: 0 });
  });

  test('are not younger than now when a signal came before their deadline', () => {
    const underWay = createUnderWay();
    underWay.takenUp('a', at(100), at(40));
    expect(underWay.backlog(at(41))).toEqual({ count: 1, oldestAgeMs: 1_000 });
  });

  test('keep their age over failed tries', () => {
    const underWay = createUnderWay();
    underWay.takenUp('a', at(0), at(0));
    underWay.putOff('a', at(30));
    underWay.takenUp('a', at(30), at(31));
    expect(underWay.backlog(at(40))).toEqual({ count: 1, oldestAgeMs: 40_000 });
  });

  test('are another process’s when they were due and a sweep did not find them', () => {
    const underWay = createUnderWay();
    for (const id of ['early', 'late', 'driven']) underWay.takenUp(id, at(0), at(0));
    underWay.putOff('early', at(30));
    underWay.putOff('late', at(60));
    underWay.swept(at(30));
    expect(underWay.backlog(at(30)).count).toBe(2);
  });

  test('are counted up to a bound', () => {
    const underWay = createUnderWay(2);
    for (const id of ['a', 'b', 'c']) underWay.takenUp(id, at(0), at(0));
    underWay.putOff('c', at(1));
    expect(underWay.backlog(at(1)).count).toBe(2);
  });
});
