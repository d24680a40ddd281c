import { namespaceDemand } from '@mkt/policies/compile';
import { contexts } from '@mkt/topology';
import { describe, expect, test } from 'vitest';
import { changedModel, objectsOf } from '../testing.ts';
import { demandOf, quotaFor } from './demand.ts';
import { planOf } from './plan.ts';
import { bytesOf, milliOf } from './quantity.ts';

// With two machines services are scaled, which is what the compiler counts on.
const twoMachines = planOf(
  'production',
  changedModel({ environments: { production: { profile: 'full-2x2' } } }),
);
const inNamespace = (namespace: string) =>
  objectsOf(twoMachines).filter(({ metadata }) => metadata.namespace === namespace);

describe('what a namespace takes', () => {
  test.each(contexts)('as rendered for %s is what the quota compiler says', (context) => {
    const { nodePorts, ...own } = quotaFor(inNamespace(context), 2);
    expect(own).toEqual(namespaceDemand(context));
    expect(nodePorts).toBe(0);
  });

  test('counts a DaemonSet once for each node, and no rollout of what is replaced in place', () => {
    const monitoring = inNamespace('monitoring');
    expect(demandOf(monitoring, 2).pods - demandOf(monitoring, 1).pods).toBe(1);
    expect(quotaFor(monitoring, 1)).toEqual(demandOf(monitoring, 1));
  });
});

describe('quantities', () => {
  test.each([
    ['160Mi', 160 * 2 ** 20],
    ['2Gi', 2 * 2 ** 30],
    ['0', 0],
    ['1500k', 1_500_000],
  ])('%s is %d bytes', (text, bytes) => expect(bytesOf(text)).toBe(bytes));

  test.each([
    ['40m', 40],
    ['2', 2_000],
    ['0.5', 500],
  ])('%s of a processor is %d thousandths', (text, milli) => expect(milliOf(text)).toBe(milli));

  test('of a unit that nobody uses are refused', () => {
    expect(() => bytesOf('3Zi')).toThrow(/3Zi/);
    expect(() => milliOf('1cpu')).toThrow(/1cpu/);
  });

  test('are rendered as the API server writes them', () => {
    const texts = JSON.stringify(objectsOf()).matchAll(/"(\d+)(m|Mi)"/g);
    for (const [whole, number, unit] of texts) {
      const step = unit === 'm' ? 1_000 : 1_024;
      expect(Number(number) % step, whole).not.toBe(0);
    }
  });
});
