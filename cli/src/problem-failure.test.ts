import { expect, it } from 'vitest';
import { problemFailure } from './problem-failure.ts';

const problem = (status: number, code: string) => ({
  type: 'about:blank',
  title: 'Refused',
  status,
  code,
  detail: 'No.',
});

it.each([
  [401, 'TOKEN_INVALID', 4],
  [403, 'FORBIDDEN', 4],
  [402, 'BUDGET_REFUSED', 5],
  [429, 'RATE_LIMITED', 6],
  [503, 'QUOTA_EXHAUSTED', 6],
  [503, 'DEPENDENCY_UNAVAILABLE', 7],
  [504, 'DEPENDENCY_TIMEOUT', 7],
  [409, 'INVALID_STATE', 1],
  [400, 'INVALID_REQUEST', 1],
  [500, 'INTERNAL_ERROR', 1],
])('status %d with %s exits %d', (status, code, exit) => {
  expect(problemFailure(problem(status, code), 'default')).toMatchObject({ code, exit });
});

it('tells every field that was wrong', () => {
  const errors = [{ path: 'body.name', message: 'too short' }];
  const { details } = problemFailure({ ...problem(400, 'INVALID_REQUEST'), errors }, 'default');
  expect(details).toEqual(['body.name: too short']);
});

it('names the profile that has to log in', () => {
  expect(problemFailure(problem(401, 'TOKEN_INVALID'), 'kiln').next).toBe(
    'Log in: mkt login --as kiln',
  );
});

it("gives the reference of the marketplace's own defects", () => {
  const instance = 'urn:mkt:request:1';
  const { details } = problemFailure({ ...problem(500, 'INTERNAL_ERROR'), instance }, 'default');
  expect(details).toEqual(['reference: urn:mkt:request:1']);
});
