import { ok } from '@mkt/kernel';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { type AnyRoute, route } from '../http/route.ts';
import { iso, operationsPath, operatorsOnly, when } from './page.ts';

const waitingType = z.strictObject({ type: z.string(), waiting: z.int(), oldestAt: when });
const reply = z.strictObject({
  waiting: z.int(),
  oldestAt: when,
  oldestAgeMs: z.int().nullable(),
  types: z.array(waitingType),
});

export function outboxRoute(service: string, db: Database): AnyRoute {
  return route({
    ...operatorsOnly,
    method: 'GET',
    path: operationsPath(service, 'outbox'),
    summary: 'Show how many events of this service wait to be published, and since when',
    reply: { status: 200, schema: reply },
    handle: async () => {
      const rows = (await db.query(
        `SELECT type, count(*) AS waiting, min(occurred_at) AS oldest, now() AS now FROM outbox
         WHERE published_at IS NULL GROUP BY type ORDER BY oldest LIMIT 100`,
      )) as { type: string; waiting: number; oldest: Date; now: Date }[];
      const [first] = rows;
      return ok({
        waiting: rows.reduce((sum, { waiting }) => sum + waiting, 0),
        oldestAt: iso(first?.oldest ?? null),
        oldestAgeMs: first ? Math.max(0, first.now.getTime() - first.oldest.getTime()) : null,
        types: rows.map(({ type, waiting, oldest }) => ({ type, waiting, oldestAt: iso(oldest) })),
      });
    },
  });
}
