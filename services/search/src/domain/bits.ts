/** A set of slots, 32 to a word. */
export type Bits = Uint32Array<ArrayBuffer>;

export const bitsFor = (slots: number): Bits => new Uint32Array((slots + 31) >>> 5);

export function has(bits: Bits, slot: number): boolean {
  return (((bits[slot >>> 5] as number) >>> (slot & 31)) & 1) === 1;
}

export function put(bits: Bits, slot: number, present: boolean): void {
  const word = bits[slot >>> 5] as number;
  const bit = 1 << (slot & 31);
  bits[slot >>> 5] = present ? word | bit : word & ~bit;
}

function bitCount(mask: number): number {
  let bits = mask - ((mask >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export function countOf(bits: Bits): number {
  let count = 0;
  for (let at = 0; at < bits.length; at += 1) count += bitCount(bits[at] as number);
  return count;
}

export function countOfBoth(a: Bits, b: Bits): number {
  let count = 0;
  for (let at = 0; at < a.length; at += 1) {
    count += bitCount((a[at] as number) & (b[at] as number));
  }
  return count;
}

/** Writes the slots of the set to `into`, ascending, and returns how many there are. */
export function listInto(bits: Bits, into: Uint32Array): number {
  let count = 0;
  for (let at = 0; at < bits.length; at += 1) {
    let word = bits[at] as number;
    while (word !== 0) {
      into[count] = at * 32 + 31 - Math.clz32(word & -word);
      count += 1;
      word &= word - 1;
    }
  }
  return count;
}

/** `a` without `b`. */
export function without(a: Bits, b: Bits): Bits {
  const result = a.slice();
  for (let at = 0; at < result.length; at += 1) {
    result[at] = (a[at] as number) & ~(b[at] as number);
  }
  return result;
}

export function union(a: Bits, b: Bits): Bits {
  const result = a.slice();
  for (let at = 0; at < result.length; at += 1) {
    result[at] = (a[at] as number) | (b[at] as number);
  }
  return result;
}
