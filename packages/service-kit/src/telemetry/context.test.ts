import { expect, test } from 'vitest';
import { newContext, traceIdOf } from './context.ts';

test('every unit of work has a trace of its own, unless it goes on with a given one', () => {
  const traces = Array.from({ length: 2_000 }, () => newContext().traceparent);
  for (const traceparent of traces)
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(new Set(traces.map(traceIdOf)).size).toBe(traces.length);
});

test('children of one trace share it, keep its flags, and have spans of their own', () => {
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;
  const children = Array.from({ length: 2_000 }, () => newContext({ traceparent }).traceparent);
  for (const child of children) expect(child).toMatch(/^00-a{32}-[0-9a-f]{16}-00$/);
  expect(new Set([...children, traceparent]).size).toBe(children.length + 1);
});
