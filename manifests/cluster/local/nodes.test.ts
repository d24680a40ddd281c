import { profiles } from '@mkt/topology';
import { expect, test } from 'vitest';
import { bytesOf, milliOf } from '../../plan/quantity.ts';
import { nodeObjects } from './nodes.ts';

test('machines have what the budget check says is left of them for pods', () => {
  const [main, second, ...others] = nodeObjects(profiles['free-2x1']);
  expect(others).toEqual([]);
  const room = main?.['status'].allocatable;
  expect(milliOf(room.cpu)).toBe(750);
  expect(bytesOf(room.memory) / 2 ** 20).toBe(3_450);
  expect(milliOf(second?.['status'].allocatable.cpu)).toBe(850);
  expect(main?.metadata.labels).toMatchObject({
    'kubernetes.io/arch': 'arm64',
    'kubernetes.io/hostname': 'main',
  });
});

test('a witness looks from outside and takes no pods', () => {
  const names = nodeObjects(profiles['full-2x2']).map(({ metadata }) => metadata.name);
  expect(names).toEqual(['main', 'second']);
});
