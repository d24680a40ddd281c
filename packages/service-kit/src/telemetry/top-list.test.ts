import { describe, expect, test } from 'vitest';
import { createTopList, otherLabel } from './top-list.ts';

const times = <T>(n: number, run: (at: number) => T): T[] =>
  Array.from({ length: n }, (_, at) => run(at));

describe('the busiest of many keys', () => {
  test('have names from the first count on while there is room, and the rest share one', () => {
    const list = createTopList({ maxNamed: 2 });
    expect(['a', 'b', 'c', 'a'].map((key) => list.add(key).label)).toEqual([
      'a',
      'b',
      otherLabel,
      'a',
    ]);
  });

  test('take the name of the smallest once they are surely twice as large', () => {
    const list = createTopList({ maxNamed: 2 });
    times(5, () => list.add('large'));
    times(3, () => list.add('small'));
    const added = times(7, () => list.add('rising'));
    expect(added.slice(0, 6)).toEqual(Array(6).fill({ label: otherLabel }));
    expect(added[6]).toEqual({ label: 'rising', demoted: 'small' });
    expect(list.add('small')).toEqual({ label: otherLabel });
    expect(list.add('large')).toEqual({ label: 'large' });
  });

  test('keep their names among many keys of about the same size', () => {
    const list = createTopList({ maxNamed: 3, maxWatched: 10 });
    const labels = new Set<string>();
    times(20_000, (at) => labels.add(list.add(`key-${at % 50}`).label));
    expect([...labels].toSorted()).toEqual(['key-0', 'key-1', 'key-2', otherLabel]);
  });

  test('are found among more keys than are watched', () => {
    const list = createTopList({ maxNamed: 2, maxWatched: 10 });
    const seen: string[] = [];
    times(4_000, (at) => {
      list.add(`passing-${at}`);
      if (at > 1_000) seen.push(list.add('busy').label);
    });
    expect(seen.at(-1)).toBe('busy');
  });

  test('make room for who is busy now, when they were busy long ago', () => {
    const busyAgain = (halvedEvery: number) => {
      const list = createTopList({ maxNamed: 1, halvedEvery });
      times(1_000, () => list.add('past'));
      return times(500, () => list.add('present')).at(-1)?.label;
    };
    expect(busyAgain(100)).toBe('present');
    expect(busyAgain(1_000_000)).toBe(otherLabel);
  });
});
