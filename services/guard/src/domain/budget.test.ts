import { expect, test } from 'vitest';
import { meteringOnly } from './budget.ts';

test('without a limits catalogue usage is shown and no limit is claimed', () => {
  const [assessment] = meteringOnly.assess(
    [{ meter: 'postgres.statements', amount: 12 }],
    new Date('2026-11-01T00:00:00Z'),
  );
  expect(assessment).toEqual({
    meter: 'postgres.statements',
    used: 12,
    limit: null,
    exhaustedAt: null,
    level: 'normal',
  });
});
