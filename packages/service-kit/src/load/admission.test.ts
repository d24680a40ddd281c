import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fixedLimit } from '../testing/fixed-limit.ts';
import type { AdaptiveLimit } from './adaptive-limit.ts';
import { type Admission, type Admitted, createAdmission, type Priority } from './admission.ts';

const maxWaitMs = { checkout: 5_000, browsing: 1_000, console: 1_000, bot: 100 };

function admissionOf(current: number, maxQueued = 4, tenantShare = 0.5): Admission {
  return createAdmission({ limit: fixedLimit(current), maxQueued, maxWaitMs, tenantShare });
}

/** Enters and says, once it is known, whether there was a place. */
function visitor(admission: Admission, priority: Priority, tenant?: string) {
  const state: { outcome?: 'in' | 'away'; admitted?: Admitted } = {};
  const entered = admission.enter({ priority, kind: 'any', tenant }).then((admitted) => {
    state.outcome = admitted ? 'in' : 'away';
    if (admitted) state.admitted = admitted;
  });
  return { state, entered };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('lets in as many as there are places, and the next when one leaves', async () => {
  const admission = admissionOf(2);
  const [first, second, third] = [1, 2, 3].map(() => visitor(admission, 'browsing'));
  await settled();
  expect([first, second, third].map((one) => one?.state.outcome)).toEqual(['in', 'in', undefined]);
  first?.state.admitted?.done();
  first?.state.admitted?.done();
  await settled();
  expect(third?.state.outcome).toBe('in');
  expect([admission.underWay, admission.queued]).toEqual([2, 0]);
});

test('lets a checkout in before those who came earlier to look around', async () => {
  const admission = admissionOf(1);
  const inside = visitor(admission, 'browsing');
  const looking = visitor(admission, 'browsing');
  const buying = visitor(admission, 'checkout');
  await settled();
  inside.state.admitted?.done();
  await settled();
  expect([buying.state.outcome, looking.state.outcome]).toEqual(['in', undefined]);
});

test('turns the least urgent away where the queue is full', async () => {
  const admission = admissionOf(1, 2);
  visitor(admission, 'browsing');
  const [bot, looking] = [visitor(admission, 'bot'), visitor(admission, 'browsing')];
  const another = visitor(admission, 'bot');
  await settled();
  expect(another.state.outcome).toBe('away');
  const buying = visitor(admission, 'checkout');
  await settled();
  expect([bot.state.outcome, looking.state.outcome, buying.state.outcome]).toEqual([
    'away',
    undefined,
    undefined,
  ]);
});

test('turns away who has waited as long as he would have', async () => {
  const admission = admissionOf(1);
  visitor(admission, 'browsing');
  const [bot, looking] = [visitor(admission, 'bot'), visitor(admission, 'browsing')];
  await vi.advanceTimersByTimeAsync(150);
  expect([bot.state.outcome, looking.state.outcome]).toEqual(['away', undefined]);
  await vi.advanceTimersByTimeAsync(900);
  expect(looking.state.outcome).toBe('away');
  expect(admission.queued).toBe(0);
});

test('one tenant holds its share at the most, and others pass it by', async () => {
  const admission = admissionOf(4, 8, 0.5);
  const greedy = Array.from({ length: 5 }, () => visitor(admission, 'console', 'a'));
  const modest = visitor(admission, 'console', 'b');
  await settled();
  expect(greedy.filter(({ state }) => state.outcome === 'in')).toHaveLength(2);
  expect(modest.state.outcome).toBe('in');
  greedy[0]?.state.admitted?.done();
  await settled();
  expect(greedy.filter(({ state }) => state.outcome === 'in')).toHaveLength(3);
});

test('among those who wait, whoever has the fewest places is next', async () => {
  const admission = admissionOf(4, 8, 0.75);
  const [first, , shopper] = [
    visitor(admission, 'console', 'a'),
    visitor(admission, 'console', 'a'),
    visitor(admission, 'console'),
    visitor(admission, 'console'),
  ];
  const [third, modest] = [visitor(admission, 'console', 'a'), visitor(admission, 'console', 'b')];
  await settled();
  first?.state.admitted?.done();
  await settled();
  expect([third.state.outcome, modest.state.outcome]).toEqual([undefined, 'in']);
  shopper?.state.admitted?.done();
  await settled();
  expect(third.state.outcome).toBe('in');
});

test('says beforehand whom it would turn away', async () => {
  const admission = admissionOf(1, 2);
  visitor(admission, 'browsing');
  visitor(admission, 'browsing');
  expect(admission.turnsAway('bot')).toBe(false);
  visitor(admission, 'bot');
  expect(admission.turnsAway('bot')).toBe(true);
  expect(admission.turnsAway('browsing')).toBe(false);
  await settled();
});

test('one tenant fills its share of the queue at the most', async () => {
  const admission = admissionOf(1, 4, 0.5);
  const greedy = Array.from({ length: 5 }, () => visitor(admission, 'console', 'a'));
  await settled();
  expect(greedy.map(({ state }) => state.outcome)).toEqual([
    'in',
    undefined,
    undefined,
    'away',
    'away',
  ]);
});

test('leaves a service that holds its share to wait for itself, and lets others pass', async () => {
  const admission = createAdmission({
    limit: fixedLimit(4),
    maxQueued: 4,
    maxWaitMs,
    tenantShare: 1,
    serviceShare: 0.75,
  });
  const ask = (service: string) => {
    const state: { outcome?: 'in' | 'away'; admitted?: Admitted } = {};
    void admission.enter({ priority: 'browsing', kind: 'any', service }).then((admitted) => {
      state.outcome = admitted ? 'in' : 'away';
      if (admitted) state.admitted = admitted;
    });
    return state;
  };
  const hung = Array.from({ length: 7 }, () => ask('review'));
  await settled();
  const outcomes = hung.map(({ outcome }) => outcome);
  expect(outcomes.slice(0, 3)).toEqual(['in', 'in', 'in']);
  expect(outcomes.slice(3)).toEqual([undefined, undefined, undefined, 'away']);
  const other = ask('order');
  await settled();
  expect(other.outcome).toBe('in');
  hung[0]?.admitted?.done();
  await settled();
  expect(hung[3]?.outcome).toBe('in');
});

test('tells of failures apart, and of what nobody answered not at all', async () => {
  const told: string[] = [];
  const limit: AdaptiveLimit = {
    current: 4,
    observe: () => void told.push('answer'),
    observeFailure: () => void told.push('failure'),
  };
  const admission = createAdmission({ limit, maxQueued: 1, maxWaitMs, tenantShare: 1 });
  const enter = () => admission.enter({ priority: 'browsing', kind: 'any' });
  (await enter())?.done('unheard');
  (await enter())?.done('failed');
  (await enter())?.done();
  expect(told).toEqual(['failure', 'answer']);
  expect(admission.underWay).toBe(0);
});
