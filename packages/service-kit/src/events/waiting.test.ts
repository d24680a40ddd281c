import { expect, test } from 'vitest';
import { createWaitingEvents } from './waiting.ts';

test('what the relay took up waits until it is published or another claim finds nothing', () => {
  const waiting = createWaitingEvents();
  expect(waiting.backlog(9_000)).toEqual({ count: 0, oldestAgeMs: 0 });
  waiting.claimed([
    { id: 'a', occurred_at: new Date(1_000) },
    { id: 'b', occurred_at: new Date(4_000) },
  ]);
  expect(waiting.backlog(9_000)).toEqual({ count: 2, oldestAgeMs: 8_000 });
  waiting.published(['a']);
  expect(waiting.backlog(9_000)).toEqual({ count: 1, oldestAgeMs: 5_000 });
  // The database's clock may be ahead of this process's.
  expect(waiting.backlog(3_000)).toEqual({ count: 1, oldestAgeMs: 0 });
  waiting.claimed([]);
  expect(waiting.backlog(9_000).count).toBe(0);
});
