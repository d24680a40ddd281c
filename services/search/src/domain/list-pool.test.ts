import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classOf, ListPool, sizeOf } from './list-pool.ts';
import { SortedLists } from './sorted-lists.ts';

test('a size class holds its sizes with at most a quarter to spare', () => {
  for (let size = 1; size < 5_000; size += 1) {
    const room = sizeOf(classOf(size));
    expect(room).toBeGreaterThanOrEqual(size);
    expect(room).toBeLessThanOrEqual(Math.max(size, size * 1.25));
    expect(sizeOf(classOf(size) - 1)).toBeLessThan(size);
  }
});

const id = fc.nat(12);
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), id, values: fc.array(fc.nat(255)) }),
  fc.record({ kind: fc.constant('clear' as const), id }),
  fc.record({ kind: fc.constant('insert' as const), id, at: fc.nat(), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('remove' as const), id, at: fc.nat() }),
);

test('lists in a pool behave like arrays of their own', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const pool = new ListPool((size) => new Uint32Array(size));
      const lists = Array.from({ length: 13 }, (): number[] => []);
      for (const each of changes) {
        const list = lists[each.id] as number[];
        if (each.kind === 'set') {
          pool.set(each.id, each.values);
          lists[each.id] = [...each.values];
        } else if (each.kind === 'clear') {
          pool.clear(each.id);
          lists[each.id] = [];
        } else if (each.kind === 'insert') {
          pool.insertAt(each.id, each.at % (list.length + 1), each.value);
          list.splice(each.at % (list.length + 1), 0, each.value);
        } else if (list.length > 0) {
          pool.removeAt(each.id, each.at % list.length);
          list.splice(each.at % list.length, 1);
        }
      }
      const frozen = pool.frozen();
      for (const [at, list] of lists.entries()) {
        expect([...pool.view(at)]).toEqual(list);
        pool.set(at, [9, 9]);
        expect([...frozen.view(at)]).toEqual(list);
      }
    }),
    { seed: 20262 },
  );
});

test('sorted lists stay sorted whatever the order of insertion', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(500)), fc.nat(), (values, seed) => {
      const lists = new SortedLists();
      for (const value of values) lists.insert(3, value);
      const sorted = [...values].sort((a, b) => a - b);
      expect([...lists.view(3)]).toEqual(sorted);
      if (sorted.length === 0) return;
      const gone = sorted[seed % sorted.length] as number;
      lists.removeFrom(3, gone);
      expect([...lists.view(3)]).toEqual(sorted.filter((value) => value !== gone));
    }),
    { seed: 20263 },
  );
});
