type Words = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Four sizes per doubling: at most a quarter of a block is slack. */
export function classOf(size: number): number {
  if (size <= 8) return size;
  const exponent = 31 - Math.clz32(size - 1);
  const step = 2 ** (exponent - 2);
  return 8 + (exponent - 3) * 4 + Math.ceil((size - 2 ** exponent) / step);
}

export function sizeOf(sizeClass: number): number {
  if (sizeClass <= 8) return sizeClass;
  const exponent = 3 + ((sizeClass - 9) >> 2);
  return 2 ** exponent + (((sizeClass - 9) & 3) + 1) * 2 ** (exponent - 2);
}

const SIZES = Array.from({ length: 128 }, (_, sizeClass) => sizeOf(sizeClass));

/**
 * Many lists of integers in one typed array: 100,000 lists cost nine bytes each beyond their
 * content, and the garbage collector sees four objects. Growing copies every list, which also
 * closes all holes, so there is no compaction apart from it.
 */
export class ListPool<T extends Words> {
  data: T;
  starts = new Uint32Array(16);
  lengths = new Uint32Array(16);
  private sizeClass = new Uint8Array(16);
  private top = 0;
  private readonly freed = new Map<number, number[]>();
  private readonly make: (size: number) => T;

  constructor(make: (size: number) => T) {
    this.make = make;
    this.data = make(64);
  }

  /** Room for the headers of ids below `ids`. */
  reserve(ids: number): void {
    if (ids <= this.starts.length) return;
    const size = Math.max(ids, this.starts.length + (this.starts.length >> 1));
    this.starts = enlarged(this.starts, new Uint32Array(size));
    this.lengths = enlarged(this.lengths, new Uint32Array(size));
    this.sizeClass = enlarged(this.sizeClass, new Uint8Array(size));
  }

  set(id: number, values: ArrayLike<number>): void {
    this.reserve(id + 1);
    this.clear(id);
    this.allocate(id, values.length);
    this.data.set(values, this.starts[id]);
    this.lengths[id] = values.length;
  }

  clear(id: number): void {
    if (id >= this.starts.length) return;
    this.free(id);
    this.lengths[id] = 0;
  }

  insertAt(id: number, position: number, value: number): void {
    this.reserve(id + 1);
    const length = this.lengths[id] as number;
    if (length === SIZES[this.sizeClass[id] as number]) this.enlarge(id, length);
    const at = (this.starts[id] as number) + position;
    if (position < length) this.data.copyWithin(at + 1, at, at + length - position);
    this.data[at] = value;
    this.lengths[id] = length + 1;
  }

  removeAt(id: number, position: number): void {
    const length = this.lengths[id] as number;
    const at = (this.starts[id] as number) + position;
    this.data.copyWithin(at, at + 1, at + length - position);
    this.lengths[id] = length - 1;
    if (length === 1) this.clear(id);
  }

  /** A view, valid until the next change. */
  view(id: number): T {
    if (id >= this.starts.length) return this.data.subarray(0, 0) as T;
    const start = this.starts[id] as number;
    return this.data.subarray(start, start + (this.lengths[id] as number)) as T;
  }

  /** An independent copy, for reading only. */
  frozen(): { view(id: number): T } {
    const copied = new ListPool<T>(this.make);
    copied.data = this.data.slice(0, this.top) as T;
    copied.starts = this.starts.slice();
    copied.lengths = this.lengths.slice();
    return copied;
  }

  private enlarge(id: number, length: number): void {
    const from = this.starts[id] as number;
    const kept = this.data.slice(from, from + length);
    this.free(id);
    this.lengths[id] = 0;
    this.allocate(id, length + 1 + (length >> 2));
    this.data.set(kept, this.starts[id]);
    this.lengths[id] = length;
  }

  private allocate(id: number, size: number): void {
    const sizeClass = classOf(size);
    this.starts[id] = this.freed.get(sizeClass)?.pop() ?? this.fresh(SIZES[sizeClass] as number);
    this.sizeClass[id] = sizeClass;
  }

  private free(id: number): void {
    const sizeClass = this.sizeClass[id] as number;
    if (sizeClass === 0) return;
    const list = this.freed.get(sizeClass);
    if (list === undefined) this.freed.set(sizeClass, [this.starts[id] as number]);
    else list.push(this.starts[id] as number);
    this.sizeClass[id] = 0;
  }

  private fresh(size: number): number {
    if (this.top + size > this.data.length) this.regrow(size);
    const start = this.top;
    this.top += size;
    return start;
  }

  private regrow(extra: number): void {
    let needed = extra;
    for (const sizeClass of this.sizeClass) needed += SIZES[sizeClass] as number;
    const old = this.data;
    const data = this.make(Math.max(64, needed + (needed >> 2)));
    let top = 0;
    for (let id = 0; id < this.starts.length; id += 1) {
      const sizeClass = this.sizeClass[id] as number;
      if (sizeClass === 0) continue;
      const from = this.starts[id] as number;
      copy({ from: old, at: from, length: this.lengths[id] as number }, data, top);
      this.starts[id] = top;
      top += SIZES[sizeClass] as number;
    }
    this.data = data;
    this.top = top;
    this.freed.clear();
  }
}

/** Most lists are short, and a view costs more than copying them. */
function copy<T extends Words>(
  { from, at, length }: { from: T; at: number; length: number },
  to: T,
  start: number,
): void {
  if (length > 64) {
    to.set(from.subarray(at, at + length), start);
    return;
  }
  for (let step = 0; step < length; step += 1) to[start + step] = from[at + step] as number;
}

export function enlarged<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from);
  return to;
}
