import { contexts, isNeededAtStart, services } from '@mkt/topology';
import { describe, expect, test } from 'vitest';
import { ManifestError } from '../problem.ts';
import { changedModel, production } from '../testing.ts';
import { type Model, planOf } from './plan.ts';

function problemsOf(model: Model, environment = 'production') {
  try {
    planOf(environment, model);
  } catch (error) {
    if (error instanceof ManifestError) return error.problems;
    throw error;
  }
  return [];
}

describe('a plan', () => {
  test('starts no service before those that it calls', () => {
    const { edges, waveOfService, waveOfContext, contextOf } = production;
    for (const edge of edges.filter(isNeededAtStart)) {
      const { from, to } = edge;
      expect(waveOfService(to), `${from} -> ${to}`).toBeLessThan(waveOfService(from));
      expect(waveOfContext(contextOf(to))).toBeLessThanOrEqual(waveOfContext(contextOf(from)));
    }
  });

  test('opens the entry last of all contexts', () => {
    const last = Math.max(...contexts.map(production.waveOfContext));
    expect(production.waveOfContext('infrastructure')).toBe(last);
    expect(contexts.filter((one) => production.waveOfContext(one) === last)).toHaveLength(1);
  });

  test('is refused where services call each other in a circle', () => {
    const model = changedModel({ services: { inventory: { calls: ['order.get'] } } });
    expect(problemsOf(model)).toEqual([
      {
        what: 'The services cart -> inventory -> order -> cart need each other, so none can start first.',
        where: expect.stringMatching(/^packages\/topology\/src\/services[.]ts:\d+$/),
        remedy: 'Let one of them listen to events of the next instead of calling it.',
      },
    ]);
  });

  test('is refused where contexts do, although their services do not', () => {
    const model = changedModel({ services: { vendor: { calls: ['payout.statement'] } } });
    const both = changedModel({
      services: { vendor: { calls: ['payout.statement'] }, payment: { calls: ['review.find'] } },
    });
    expect(problemsOf(model)).toEqual([]);
    expect(problemsOf(both)[0]?.what).toMatch(
      /^The contexts .*billing.*customer.* need each other/,
    );
  });

  test('is refused where a peer does not exist', () => {
    const model = changedModel({ services: { cart: { calls: ['inventry.availability'] } } });
    const [problem] = problemsOf(model);
    expect(problem?.what).toBe(
      'cart calls inventry.availability, and there is no service named inventry.',
    );
    for (const { name } of services) expect(problem?.remedy).toContain(name);
  });

  test('is refused for an environment or a profile that nobody knows', () => {
    expect(problemsOf(changedModel({}), 'prodution')[0]?.what).toContain('prodution');
    expect(problemsOf(changedModel({}), 'toString')[0]?.what).toContain('toString');
    const model = changedModel({ environments: { production: { profile: 'free-9x9' as never } } });
    expect(problemsOf(model)[0]).toMatchObject({
      what: 'The environment production has the profile free-9x9, which nobody knows.',
      remedy: 'Choose from free-1x2, free-2x1, full-2x2, any-k3s.',
    });
  });
});
