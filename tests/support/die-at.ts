import type { FaultPoint } from '@mkt/service-kit';

/** Ends this process, as `kill -9` would, when a fault point is reached for the n-th time. */
export function dieAt(wanted: { readonly point: string; readonly times: number }): FaultPoint {
  let reached = 0;
  return (point) => {
    if (point !== wanted.point) return;
    reached += 1;
    if (reached >= wanted.times) process.kill(process.pid, 'SIGKILL');
  };
}
