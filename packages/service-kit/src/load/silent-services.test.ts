import { Registry } from 'prom-client';
import { afterEach, expect, test, vi } from 'vitest';
import { createSilentServices } from './silent-services.ts';

function start(places = 20) {
  const registry = new Registry();
  vi.useFakeTimers();
  const services = createSilentServices(
    { registry },
    { places: () => places, silentAfterMs: 1_000 },
  );
  return { services };
}

afterEach(() => vi.useRealTimers());

test('a service that says nothing holds half of the places, and all others theirs', () => {
  const { services } = start();
  for (let n = 0; n < 10; n += 1) services.expect('review');
  vi.advanceTimersByTime(1_001);
  expect(() => services.expect('review')).toThrow('review does not answer');
  expect(() => services.expect('review')).toThrow('review does not answer');
  for (let n = 0; n < 12; n += 1) services.expect('order');
});

test('it may hold as many as there are while it answers any of them', () => {
  const { services } = start();
  const first = Array.from({ length: 15 }, () => services.expect('review'));
  vi.advanceTimersByTime(900);
  first[0]?.over(true);
  vi.advanceTimersByTime(900);
  expect(() => services.expect('review')).not.toThrow();
});

test('it is asked again as soon as it answers, or as few as may wait have given up', () => {
  const { services } = start();
  const waiting = Array.from({ length: 10 }, () => services.expect('review'));
  vi.advanceTimersByTime(1_001);
  waiting[0]?.over(false);
  waiting[0]?.over(false);
  services.expect('review');
  expect(() => services.expect('review')).toThrow();
  waiting[1]?.over(true);
  services.expect('review');
  services.expect('review');
});

test('after a pause in which nobody asked, it is not taken for silent', () => {
  const { services } = start(0);
  services.expect('review').over(true);
  vi.advanceTimersByTime(60_000);
  for (let n = 0; n < 6; n += 1) expect(() => services.expect('review')).not.toThrow();
});

test('who waits for a service that says nothing gives his place back, once it is silent', () => {
  const { services } = start();
  const given: string[] = [];
  const wait = (name: string) => {
    const awaited = services.expect('review');
    awaited.holds({ giveBack: () => given.push(name) });
    return awaited;
  };
  const first = wait('first');
  vi.advanceTimersByTime(300);
  wait('second');
  first.over(true);
  vi.advanceTimersByTime(400);
  expect(given).toEqual([]);
  vi.advanceTimersByTime(500);
  expect(given).toContain('second');
  expect(given).not.toContain('first');
});
