import { services } from '@mkt/topology';
import { describe, expect, test } from 'vitest';
import { freeCluster, mostConnections, operationsShareOf, poolSizeFor } from './limits.ts';

const replicas = services.reduce((sum, service) => sum + service.replicas, 0);

describe('the shares of a free cluster', () => {
  test.each([1, 3, 15, replicas, 30])(
    'for %i processes stay within its connections',
    (processes) => {
      const size = poolSizeFor({ processes });
      expect(size).toBeGreaterThanOrEqual(1);
      expect(mostConnections(size, { processes })).toBeLessThanOrEqual(freeCluster.connections);
      const isBounded = size === 10;
      const isLargest = mostConnections(size + 1, { processes }) > freeCluster.connections;
      expect(isBounded || isLargest).toBe(true);
    },
  );

  test('are what the README says for fifteen processes', () => {
    expect(poolSizeFor({ processes: 15 })).toBe(5);
    expect(mostConnections(5, { processes: 15 })).toBe(480);
  });

  test('are refused where there are too many processes for it', () => {
    expect(() => poolSizeFor({ processes: 40 })).toThrow('too few');
  });

  test('add up to its operations a second', () => {
    expect(operationsShareOf({ processes: 15 }) * 15).toBeCloseTo(100);
  });
});
