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
  return countOfBoth(bits, bits);
}

/**
 * Words are added up bit by bit, three at a time: where one has a bit set it stays in `ones`, where
 * two have it becomes one in `twos`. Counting each word by itself takes almost twice as long.
 */
export function countOfBoth(a: Bits, b: Bits): number {
  const paired = a.length & ~3;
  let fours = 0;
  let ones = 0;
  let twos = 0;
  for (let at = 0; at < paired; at += 4) {
    const first = (a[at] as number) & (b[at] as number);
    const second = (a[at + 1] as number) & (b[at + 1] as number);
    const third = (a[at + 2] as number) & (b[at + 2] as number);
    const fourth = (a[at + 3] as number) & (b[at + 3] as number);
    const either = ones ^ first;
    const carried = (ones & first) | (either & second);
    ones = either ^ second;
    const other = ones ^ third;
    const carriedToo = (ones & third) | (other & fourth);
    ones = other ^ fourth;
    const two = twos ^ carried;
    fours += bitCount((twos & carried) | (two & carriedToo));
    twos = two ^ carriedToo;
  }
  let count = bitCount(ones) + 2 * bitCount(twos) + 4 * fours;
  for (let at = paired; at < a.length; at += 1) {
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
  join(result, b);
  return result;
}

/** Puts everything of `b` into `a`. */
export function join(a: Bits, b: Bits): void {
  for (let at = 0; at < a.length; at += 1) a[at] = (a[at] as number) | (b[at] as number);
}
