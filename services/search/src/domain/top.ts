/** One position in so many is looked at first. */
const SAMPLE = 64;

/** Items by number: a position has a key, and positions with equal keys are told apart. */
export interface Ranked {
  readonly count: number;
  /** Smaller comes first. */
  readonly keys: ArrayLike<number>;
  /** Called for equal keys only. */
  beforeOnTie(a: number, b: number): boolean;
}

/**
 * The first `limit` positions in order. A sample goes first: stored order tends to follow time,
 * and among items that keep getting better each would pass through the heap.
 */
export function selectTop(ranked: Ranked, limit: number): number[] {
  const { count, keys } = ranked;
  const before = (a: number, b: number) => {
    const [keyA, keyB] = [keys[a] as number, keys[b] as number];
    return keyA === keyB ? ranked.beforeOnTie(a, b) : keyA < keyB;
  };
  // The last in order stands at the root.
  const heap: number[] = [];
  let worst = Number.POSITIVE_INFINITY;
  const offer = (item: number) => {
    if (heap.length < limit) {
      heap.push(item);
      rise(heap, before);
    } else {
      if (!before(item, heap[0] as number)) return;
      heap[0] = item;
      sink(heap, before);
    }
    if (heap.length === limit) worst = keys[heap[0] as number] as number;
  };
  for (let at = 0; at < count; at += SAMPLE) offer(at);
  for (let block = 0; block < count; block += SAMPLE) {
    const end = Math.min(block + SAMPLE, count);
    for (let at = block + 1; at < end; at += 1) if ((keys[at] as number) <= worst) offer(at);
  }
  return heap.sort((a, b) => (before(a, b) ? -1 : 1));
}

function rise(heap: number[], before: (a: number, b: number) => boolean): void {
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(heap[parent] as number, heap[at] as number)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function sink(heap: number[], before: (a: number, b: number) => boolean): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const rightIsLater = right < heap.length && before(heap[left] as number, heap[right] as number);
    const later = rightIsLater ? right : left;
    if (!before(heap[at] as number, heap[later] as number)) return;
    swap(heap, at, later);
    at = later;
  }
}

function swap(heap: number[], a: number, b: number): void {
  const kept = heap[a] as number;
  heap[a] = heap[b] as number;
  heap[b] = kept;
}
