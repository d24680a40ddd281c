import { describe, expect, test } from 'vitest';
import { createTraceRecorder } from './recorder.ts';
import { createTraceRing } from './ring.ts';
import type { Span } from './span.ts';

let counter = 0;
function span(traceId: string, given: Partial<Span> = {}): Span {
  counter += 1;
  return {
    traceId,
    spanId: String(counter),
    parentId: null,
    service: 'order',
    kind: 'server',
    name: 'GET /v1/orders',
    startedAtMs: counter,
    durationMs: 1,
    error: null,
    facts: {},
    ...given,
  };
}
const change = { name: 'POST /v1/checkouts' };
const failed = { error: 'HTTP_500' };
const idsOf = (ring: ReturnType<typeof createTraceRing>) =>
  [...ring.all()].map(({ traceId }) => traceId).toSorted((a, b) => a.localeCompare(b));

describe('the traces that a process keeps', () => {
  test('are dropped whole, the oldest first', () => {
    const ring = createTraceRing({ maxSpans: 20, slowMs: 500 });
    for (const id of ['a', 'b', 'c']) {
      ring.add(span(id));
      ring.add(span(id, { kind: 'client', name: 'query' }));
    }
    expect(idsOf(ring)).toEqual(['b', 'c']);
    expect(ring.get('b')?.spans).toHaveLength(2);
    expect(ring.get('a')).toBeUndefined();
  });

  test('are not pushed out by many reads where they changed something, were slow or failed', () => {
    const ring = createTraceRing({ maxSpans: 20, slowMs: 500 });
    ring.add(span('change', change));
    ring.add(span('slow', { durationMs: 500 }));
    ring.add(span('failed', failed));
    for (let n = 0; n < 1_000; n += 1) ring.add(span(`read-${n}`));
    expect(idsOf(ring)).toEqual(
      expect.arrayContaining(['change', 'failed', 'slow', 'read-999']) as string[],
    );
    for (let n = 0; n < 1_000; n += 1) ring.add(span(`change-${n}`, change));
    expect(idsOf(ring)).toEqual(expect.arrayContaining(['failed', 'slow']) as string[]);
  });

  test('rise with all their spans once one of them failed', () => {
    const ring = createTraceRing({ maxSpans: 20, slowMs: 500 });
    ring.add(span('late'));
    ring.add(span('late', failed));
    for (let n = 0; n < 100; n += 1) ring.add(span(`read-${n}`));
    expect(ring.get('late')).toMatchObject({ errors: 1, rank: 2 });
    expect(ring.get('late')?.spans).toHaveLength(2);
  });

  test('are bounded, all together and each', () => {
    const ring = createTraceRing({ maxSpans: 1_000, slowMs: 500 });
    for (let n = 0; n < 5_000; n += 1) ring.add(span('endless', change));
    expect(ring.get('endless')?.spans).toHaveLength(400);
    for (let n = 0; n < 20_000; n += 1) {
      ring.add(span(`t${n % 700}`, n % 3 === 0 ? failed : n % 2 === 0 ? change : {}));
    }
    const spans = [...ring.all()].reduce((sum, one) => sum + one.spans.length, 0);
    expect(spans).toBeLessThanOrEqual(1_000);
  });
});

describe('reads that come in great numbers', () => {
  const work = { ...span('x'), durationMs: 1 };

  test('are recorded in part, those that were slow or failed all', () => {
    const recorder = createTraceRecorder();
    const tracer = recorder.tracer('gateway');
    for (let n = 0; n < 1_000; n += 1) {
      const traceId = `read-${n}`;
      const error = n % 100 === 0 ? 'HTTP_503' : null;
      tracer.forRead(traceId).record({ ...work, traceId, error });
    }
    const kept = [...recorder.kept.all()];
    expect(kept.filter(({ errors }) => errors > 0)).toHaveLength(10);
    // A second may begin in between.
    expect(kept.length).toBeLessThanOrEqual(110);
    expect(kept.length).toBeGreaterThanOrEqual(50);
  });

  test('are decided on alike by all services of the process', () => {
    const tracer = createTraceRecorder().tracer('gateway');
    const first = tracer.forRead('first');
    expect(first.forService('product')).toBe(tracer.forService('product').forRead('first'));
  });
});
