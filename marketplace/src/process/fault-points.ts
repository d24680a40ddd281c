import type { Environment, FaultPoint } from '@mkt/service-kit';

/**
 * For crash suites: `FAULT_POINT=checkout.placed:2` ends this process, as `kill -9` would, when that
 * point is reached for the second time. Undefined where nothing of the kind is set.
 */
export function dyingAt(env: Environment): FaultPoint | undefined {
  const [point, times = '1'] = (env.FAULT_POINT ?? '').split(':');
  if (!point) return undefined;
  let reached = 0;
  return (name) => {
    if (name !== point) return;
    reached += 1;
    if (reached >= Number(times)) process.kill(process.pid, 'SIGKILL');
  };
}
