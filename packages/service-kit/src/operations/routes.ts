import type { Clock } from '@mkt/kernel';
import type { Database } from '../db/database.ts';
import type { ReplayableSubscription } from '../events/consumer.ts';
import { createDeadLetters } from '../events/dead-letters.ts';
import type { AnyRoute } from '../http/route.ts';
import type { LogRing } from '../telemetry/log-ring.ts';
import type { Meter } from '../telemetry/meter.ts';
import type { TraceRecorder } from '../telemetry/trace/recorder.ts';
import { cacheRoutes, type InspectedCache } from './caches.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { logsRoute } from './logs.ts';
import { outboxRoute } from './outbox.ts';
import { type SagaRouteParts, sagaRoutes } from './sagas.ts';
import { traceRoutes } from './traces.ts';
import { usageRoute } from './usage.ts';

/** What the plumbing of one service shows to operators. */
export interface OperationsParts {
  readonly service: string;
  readonly meter: Meter;
  readonly caches: readonly InspectedCache[];
  /** Absent where the process keeps none. */
  readonly traces?: TraceRecorder | undefined;
  readonly logs?: LogRing | undefined;
  /** Absent where the service has no database. */
  readonly stored?: {
    readonly db: Database;
    readonly clock: Clock;
    readonly runners: SagaRouteParts['runners'];
    readonly subscription: ReplayableSubscription | undefined;
  };
}

/** Routes that every service has beside its own, at `/v1/operations/<service>/…`. */
export function operationsRoutes(parts: OperationsParts): AnyRoute[] {
  const { service, meter, caches, traces, logs, stored } = parts;
  const always = [
    ...cacheRoutes(service, caches),
    ...(traces ? traceRoutes(service, traces) : []),
    ...(logs ? [logsRoute(service, logs)] : []),
    usageRoute(service, meter, stored?.db),
  ];
  if (!stored) return always;
  const { db, clock, runners, subscription } = stored;
  return [
    ...deadLetterRoutes(service, createDeadLetters(db, subscription)),
    outboxRoute(service, db),
    ...sagaRoutes({ service, db, clock, runners }),
    ...always,
  ];
}
