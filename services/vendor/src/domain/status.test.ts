import { expect, test } from 'vitest';
import { type Decision, decideStatus, type VendorStatus } from './status.ts';

const table: readonly [VendorStatus, Record<Decision, VendorStatus | 'unchanged' | 'refused'>][] = [
  ['applied', { approve: 'approved', reject: 'rejected', suspend: 'refused', reopen: 'refused' }],
  [
    'approved',
    { approve: 'unchanged', reject: 'refused', suspend: 'suspended', reopen: 'unchanged' },
  ],
  ['rejected', { approve: 'approved', reject: 'unchanged', suspend: 'refused', reopen: 'refused' }],
  [
    'suspended',
    { approve: 'refused', reject: 'refused', suspend: 'unchanged', reopen: 'approved' },
  ],
];

test.each(
  table.flatMap(([status, row]) =>
    Object.entries(row).map(
      ([decision, outcome]) => [status, decision as Decision, outcome] as const,
    ),
  ),
)('a vendor that is %s, on %s: %s', (status, decision, outcome) => {
  const decided = decideStatus(status, decision, []);
  const got = decided.ok ? (decided.value ?? 'unchanged') : 'refused';
  expect(got).toBe(outcome);
  if (!decided.ok) expect(decided.error.code).toBe('INVALID_STATE');
});

test('approval waits for the checklist, other decisions do not', () => {
  const refused = decideStatus('applied', 'approve', ['terms']);
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'CHECKLIST_INCOMPLETE', data: { missing: ['terms'] } },
  });
  expect(decideStatus('suspended', 'reopen', ['terms'])).toEqual({ ok: true, value: 'approved' });
  expect(decideStatus('approved', 'approve', ['terms'])).toEqual({ ok: true, value: null });
});
