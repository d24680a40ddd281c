/**
 * A command that ran: whether it ended well, and what it counted, if it came so far.
 * @typedef {{ ok: boolean, counts: { passed: number, failed: number } | undefined }} Run
 */

/**
 * The sum over commands. A command that failed without counting a failure (it could not start, or
 * broke off) counts as one, so that the line never contradicts the exit code.
 * @param {readonly Run[]} runs
 */
export function total(runs) {
  const failures = runs.map(({ ok, counts }) => {
    const failed = counts?.failed ?? 0;
    return !ok || counts === undefined ? Math.max(failed, 1) : failed;
  });
  const failed = failures.reduce((sum, one) => sum + one, 0);
  const passed = runs.reduce((sum, { counts }) => sum + (counts?.passed ?? 0), 0);
  return { passed, failed, ok: failed === 0 };
}
