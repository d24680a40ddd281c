import { type Context, type CostVector, costModel, type UseCase, useCases } from '@mkt/topology';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Counted, type CountedMarketplace, startCountedMarketplace } from './marketplace.ts';
import { type Measured, measureUseCases } from './use-cases.ts';

/** What the cost model may be wrong by. */
const tolerance = 0.1;
/** A count of three runs may differ by a third of one; a time in a row is longer or shorter. */
const leastDifference = { count: 1, bytes: 120 } as const;

let market: CountedMarketplace;
let measured: Measured;
beforeAll(async () => {
  market = await startCountedMarketplace(inject('postgresUrl'));
  measured = await measureUseCases(market);
});
afterAll(() => market?.stop());

/** What one use case costs as it is measured. */
function declared(useCase: UseCase): Counted {
  const own = ownCost(useCase);
  return useCase === 'webhook' ? plus(own, ownCost('checkout')) : own;
}

/** Every figure of both, whatever figures there are: a new one of the vector is added too. */
function plus(left: Counted, right: Counted): Counted {
  const sums = Object.entries(left).map(([field, value]) => [
    field,
    sum(value, right[field as keyof Counted]),
  ]);
  return Object.fromEntries(sums) as Counted;
}

type Figure = Counted[keyof Counted];

function sum(left: Figure, right: Figure): Figure {
  if (typeof left === 'number' || typeof right === 'number') return Number(left) + Number(right);
  const names = new Set([...Object.keys(left), ...Object.keys(right)]) as Set<Context>;
  return Object.fromEntries(
    [...names].map((name) => [name, (left[name] ?? 0) + (right[name] ?? 0)]),
  );
}

function ownCost(useCase: UseCase): Counted {
  const { always, onMiss } = costModel[useCase];
  return onMiss ? plus(countedOf(always), countedOf(onMiss.cost)) : countedOf(always);
}

function countedOf({ cpuMs: _, ...counted }: CostVector): Counted {
  return { ...counted, redisCommands: 0 };
}

/** Every figure by its name, such as `statements.sales`. */
function figuresOf(counted: Counted): Map<string, number> {
  const figures = new Map<string, number>();
  for (const [name, value] of Object.entries(counted)) {
    if (typeof value === 'number') figures.set(name, value);
    else
      for (const [context, count] of Object.entries(value))
        figures.set(`${name}.${context}`, count);
  }
  return figures;
}

function differences(model: Counted, seen: Counted): string[] {
  const said = figuresOf(model);
  const counted = figuresOf(seen);
  return [...new Set([...said.keys(), ...counted.keys()])].flatMap((name) => {
    const [expected, actual] = [said.get(name) ?? 0, counted.get(name) ?? 0];
    const least = /bytes/i.test(name) ? leastDifference.bytes : leastDifference.count;
    const isClose = Math.abs(actual - expected) <= Math.max(least, tolerance * expected);
    return isClose ? [] : [`${name}: the model says ${expected}, the marketplace spent ${actual}`];
  });
}

describe('the cost model', () => {
  // A scrape answers the operator's own Prometheus and a report is asked for by the suite itself:
  // neither goes out to a visitor.
  const inside: readonly UseCase[] = ['scrape', 'usageReport', 'eventHop'];

  test.each(useCases)('says what %s spends, to a tenth', (useCase) => {
    const seen = measured[useCase];
    expect(seen, `${useCase} was not measured`).toBeDefined();
    if (!seen) return;
    const isInside = inside.includes(useCase);
    const compared = isInside ? { ...seen, responseBytes: 0, logBytes: 0 } : seen;
    expect(differences(declared(useCase), compared)).toEqual([]);
  });

  test('is compared with what was spent: a wrong figure is found', () => {
    const model = declared('checkout');
    const wrong = { ...model, statements: { ...model.statements, sales: 30 } };
    const seen = measured.checkout;
    if (!seen) throw new Error('The checkout was not measured');
    expect(differences(wrong, seen)).toEqual([expect.stringMatching(/^statements.sales: .* 30/)]);
  });

  test('a cached page costs no store anything', async () => {
    const { visit, productIds, costOf } = market;
    const path = `/v1/products/${productIds[10]}`;
    await visit('GET', path);
    const again = await costOf(1, async () => {
      await visit('GET', path);
    });
    expect(again.statements).toEqual({});
    expect(again.documentOperations).toBe(0);
  });
});
