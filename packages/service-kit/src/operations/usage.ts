import { ok } from '@mkt/kernel';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { type AnyRoute, route } from '../http/route.ts';
import type { Meter } from '../telemetry/meter.ts';
import { operationsPath, operatorsOnly } from './page.ts';

const pool = z.strictObject({
  role: z.enum(['platform', 'vendor']),
  max: z.int(),
  open: z.int(),
  used: z.int(),
  waiting: z.int(),
});
const reply = z.strictObject({
  /** Services that share a process show the same process. */
  processId: z.int(),
  uptimeMs: z.int(),
  residentBytes: z.int(),
  heapBytes: z.int(),
  pools: z.array(pool),
  /** Metered use that this service has not reported to the guard yet. */
  unreported: z.array(z.strictObject({ meter: z.string(), amount: z.number() })),
});

export function usageRoute(service: string, meter: Meter, db: Database | undefined): AnyRoute {
  return route({
    ...operatorsOnly,
    method: 'GET',
    path: operationsPath(service, 'usage'),
    summary: 'Show memory, database connections and metered use of this service’s process',
    reply: { status: 200, schema: reply },
    handle: async () => {
      const { rss, heapUsed } = process.memoryUsage();
      return ok({
        processId: process.pid,
        uptimeMs: Math.round(process.uptime() * 1_000),
        residentBytes: rss,
        heapBytes: heapUsed,
        pools: [...(db?.pools() ?? [])],
        unreported: meter.totals(),
      });
    },
  });
}
