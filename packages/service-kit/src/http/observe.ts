import { isOperations } from '../operations/page.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Meter } from '../telemetry/meter.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface Observers {
  readonly service: string;
  readonly log: Logger;
  readonly meter: Meter;
  readonly metrics: Metrics;
}

export interface Answered {
  readonly method: string;
  /** The template, never the address that was asked for. */
  readonly route: string;
  readonly status: number;
  readonly requestId: string;
  readonly durationMs: number;
  readonly sqlRoundTrips: number;
}

/** One line and one observation per answer. */
export function observeAnswer({ service, log, meter, metrics }: Observers, answer: Answered): void {
  const { method, route, status, requestId, durationMs, sqlRoundTrips } = answer;
  const labels = { service, method, route, status: String(status) };
  metrics.requestSeconds.observe(labels, durationMs / 1_000);
  meter.add('http.requests', 1);
  const line = { service, requestId, method, route, status };
  // Whoever follows the log would see little else than the following.
  log[isOperations(route) ? 'debug' : 'info'](
    { ...line, durationMs: Math.round(durationMs * 10) / 10, count: sqlRoundTrips },
    'answered',
  );
}
