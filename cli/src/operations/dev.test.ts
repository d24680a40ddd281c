import { expect, it } from 'vitest';
import { StopRequest } from './dev.ts';

it('stops at the first signal, ignores its echoes, and leaves at one that comes later', () => {
  let now = 10_000;
  const request = new StopRequest(() => now);
  expect(request.take()).toBe('stop');
  expect(request.take()).toBe('ignore');
  now += 2_000;
  expect(request.take()).toBe('ignore');
  now += 1;
  expect(request.take()).toBe('leave');
});
