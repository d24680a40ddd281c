import { ok } from '@mkt/kernel';
import { z } from 'zod';
import { type AnyRoute, route } from '../http/route.ts';
import { type LogLine, type LogRing, lineLevels, type WantedLines } from '../telemetry/log-ring.ts';
import { operationsPath, operatorsOnly } from './page.ts';

const line = z.strictObject({
  at: z.string(),
  level: z.enum(lineLevels),
  service: z.string(),
  trace: z.string().nullable(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
});
const longestWaitMs = 10_000;

export function logsRoute(service: string, logs: LogRing): AnyRoute {
  return route({
    ...operatorsOnly,
    method: 'GET',
    path: operationsPath(service, 'logs'),
    summary: 'Read the last lines of this service’s log, and those after them, waiting if asked to',
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(500).default(100),
      /** The cursor of the answer before; the latest lines without one. */
      after: z
        .string()
        .regex(/^[0-9a-f]{8}\.\d{1,15}$/)
        .optional(),
      level: z.enum(lineLevels).default('info'),
      trace: z
        .string()
        .regex(/^[0-9a-f]{32}$/)
        .optional(),
      /** How long to wait for a line where there is none yet. */
      waitMs: z.coerce.number().int().min(0).max(longestWaitMs).default(0),
    }),
    reply: {
      status: 200,
      schema: z.strictObject({ items: z.array(line), cursor: z.string() }),
    },
    handle: async ({ query: { waitMs, after, level, trace, limit } }) => {
      const { lines, cursor } = await readOrWait(
        logs,
        { service, after, level, trace, limit },
        waitMs,
      );
      return ok({ items: lines.map(viewOf), cursor });
    },
  });
}

async function readOrWait(logs: LogRing, wanted: WantedLines, waitMs: number) {
  const endsAtMs = performance.now() + waitMs;
  for (;;) {
    const found = logs.read(wanted);
    const leftMs = endsAtMs - performance.now();
    if (found.lines.length > 0 || leftMs <= 0) return found;
    const before = performance.now();
    await logs.changed(leftMs);
    // Answered at once: nobody may wait here now.
    if (performance.now() - before < 1) return logs.read(wanted);
  }
}

function viewOf({ atMs, level, service, trace, message, fields }: LogLine) {
  return {
    at: new Date(atMs).toISOString(),
    level,
    service,
    trace,
    message,
    fields: { ...fields },
  };
}
