import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bits, bitsFor, countOf, countOfBoth, listInto, put } from './bits.ts';
import { ValueLists } from './value-lists.ts';

const slots = 400;
const valueIds = [0, 1, 2, 3, 4] as const;
/** Value 0 is held by most, value 4 by hardly any: some are common, some are rare, some turn. */
const values = fc.array(
  fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.constantFrom(...valueIds)),
  { maxLength: 4 },
);
const step = fc.record({
  slot: fc.integer({ min: 0, max: slots - 1 }),
  values: fc.option(values.map((ids) => [...new Set(ids)])),
});

function bitsOf(chosen: Iterable<number>): Bits {
  const bits = bitsFor(slots);
  for (const slot of chosen) put(bits, slot, true);
  return bits;
}

function listOf(bits: Bits): number[] {
  const into = new Uint32Array(bits.length * 32);
  return [...into.subarray(0, listInto(bits, into))];
}

describe('values of several products', () => {
  test('are found and counted as a plain map of sets finds and counts them', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 300 }),
        fc.array(fc.nat(slots - 1)),
        fc.integer({ min: 16, max: slots }),
        (steps, chosen, roomAtFirst) => {
          const lists = new ValueLists(roomAtFirst);
          const plain = new Map<number, readonly number[]>();
          let room = roomAtFirst;
          for (const { slot, values: held } of steps) {
            if (slot >= room) {
              room = slots;
              lists.reserve(slots);
            }
            expect([...lists.clear(slot)]).toEqual(plain.get(slot) ?? []);
            plain.delete(slot);
            if (!held) continue;
            lists.set(slot, held);
            plain.set(slot, held);
          }
          lists.reserve(slots);
          const choice = bitsOf(chosen);
          for (const id of valueIds) {
            const having = [...plain].filter(([, ids]) => ids.includes(id)).map(([slot]) => slot);
            expect(listOf(lists.withAny([id], choice.length))).toEqual(
              having.sort((a, b) => a - b),
            );
            const both = having.filter((slot) => chosen.includes(slot));
            expect(lists.countIn(choice, id)).toBe(both.length);
          }
        },
      ),
    );
  });

  test('are counted by value where most products are chosen, by product where few are', () => {
    const lists = new ValueLists(slots);
    for (let slot = 0; slot < slots; slot += 1) lists.set(slot, [0, 1, 2]);
    expect(lists.isShorterByValue(slots, slots)).toBe(true);
    expect(lists.isShorterByValue(3, slots)).toBe(false);
  });
});

test('bits are counted as one by one, whatever their number of words', () => {
  const anyWord = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(fc.array(fc.tuple(anyWord, anyWord), { maxLength: 19 }), (pairs) => {
      const a = Uint32Array.from(pairs, ([left]) => left);
      const b = Uint32Array.from(pairs, ([, right]) => right);
      const ones = (bits: Iterable<number>) =>
        [...bits].reduce((sum, word) => sum + word.toString(2).replaceAll('0', '').length, 0);
      expect(countOf(a)).toBe(ones(a));
      expect(countOfBoth(a, b)).toBe(ones(pairs.map(([left, right]) => (left & right) >>> 0)));
    }),
  );
});
