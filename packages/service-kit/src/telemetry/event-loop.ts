import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

/** Fifty looks a second, made outside JavaScript. */
export const loopResolutionMs = 20;

export interface LoopDelay {
  readonly quantile: 'p50' | 'p99' | 'max';
  readonly seconds: number;
}

/** Nanoseconds from one look to the next. */
type Looks = Pick<ReturnType<typeof monitorEventLoopDelay>, 'count' | 'percentile' | 'max'>;

/** What the looks since the last time found; no delay where there was no look. */
export function delaysOf(looks: Looks): LoopDelay[] {
  // A look measures the time since the one before, so that a loop without delay shows 20 ms.
  const late = (nanoseconds: number): number =>
    looks.count === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - loopResolutionMs / 1e3);
  return [
    { quantile: 'p50', seconds: late(looks.percentile(50)) },
    { quantile: 'p99', seconds: late(looks.percentile(99)) },
    { quantile: 'max', seconds: late(looks.max) },
  ];
}

/** How late this process's event loop was, since the metrics were last asked for. */
export function measureEventLoop(registry: Registry): void {
  const looks = monitorEventLoopDelay({ resolution: loopResolutionMs });
  looks.enable();
  new Gauge({
    name: 'event_loop_delay_seconds',
    help: 'How late the event loop was since the last scrape: p50, p99 and max.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      for (const { quantile, seconds } of delaysOf(looks)) this.set({ quantile }, seconds);
      looks.reset();
    },
  });
}
