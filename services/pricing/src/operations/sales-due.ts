import { type Database, type DueWork, type ServiceRuntime, createDueWork, platformScope } from '@mkt/service-kit';
import { refreshOffer } from '../store/offers.ts';

const batch = 100;

/** Tells of prices that change by themselves, when a sale starts or ends. */
export function createSalesWork(runtime: ServiceRuntime): DueWork {
  const { db, clock, log, sweepIntervalMs } = runtime;
  return createDueWork({
    service: 'pricing',
    work: 'sales',
    clock,
    log,
    sweepIntervalMs,
    sweep: async () => {
      let taken = 0;
      for (let due = await dueProducts(db, clock.now()); due.length > 0; ) {
        for (const productId of due) {
          await db.transaction(platformScope, (tx) => refreshOffer(tx, productId, clock.now()));
        }
        taken += due.length;
        due = due.length < batch ? [] : await dueProducts(db, clock.now());
      }
      return taken;
    },
    nextDueAt: async () => {
      const [row] = await db.query('SELECT min(next_change_at) AS due FROM product_offers');
      return (row?.due as Date | null | undefined) ?? null;
    },
  });
}

async function dueProducts(db: Database, now: Date) {
  const rows = await db.query(
    `SELECT product_id FROM product_offers WHERE next_change_at <= $1
     ORDER BY next_change_at LIMIT ${batch}`,
    [now],
  );
  return rows.map((row) => row.product_id);
}
