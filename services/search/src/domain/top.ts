/** A prime: steps of it visit every item once unless the count is a multiple. */
const STRIDES = [7_919, 7_907];

/**
 * The first `limit` of `count` items by `before`, in order, with a heap of `limit`. Items are
 * visited in steps, because stored order tends to follow time, and a list that keeps getting
 * better would sift the heap for every item.
 */
export function selectTop(
  count: number,
  limit: number,
  at: (position: number) => number,
  before: (a: number, b: number) => boolean,
): number[] {
  const stride = STRIDES.find((each) => count % each !== 0) ?? 1;
  const heap: number[] = [];
  let position = 0;
  for (let visited = 0; visited < count; visited += 1) {
    const item = at(position);
    position = (position + stride) % count;
    if (heap.length < limit) {
      heap.push(item);
      rise(heap, before);
    } else if (before(item, heap[0] as number)) {
      heap[0] = item;
      sink(heap, before);
    }
  }
  return heap.sort((a, b) => (before(a, b) ? -1 : 1));
}

/** The last in order stands at the root. */
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
    const isRight =
      right < heap.length && before(heap[left] as number, heap[right] as number);
    const later = isRight ? right : left;
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
