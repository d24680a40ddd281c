import { createDueWork, type DueWork, platformScope, type ServiceRuntime } from '@mkt/service-kit';
import { dueProducts, lockProduct, nextDueAt, refreshOffer } from '../store/offers.ts';

const batch = 100;

/** Tells of prices that change by themselves, when a sale starts or ends. */
export function createSalesWork(runtime: ServiceRuntime): DueWork {
  const { db, clock, log, sweepIntervalMs } = runtime;

  async function sweep(): Promise<number> {
    let taken = 0;
    for (;;) {
      const due = await dueProducts(db, clock.now(), batch);
      for (const productId of due) {
        await db.transaction(platformScope, async (tx) => {
          await lockProduct(tx, productId);
          await refreshOffer(tx, productId, clock.now());
        });
      }
      taken += due.length;
      if (due.length < batch) return taken;
    }
  }

  return createDueWork({
    service: 'pricing',
    work: 'sales',
    clock,
    log,
    sweepIntervalMs,
    sweep,
    nextDueAt: () => nextDueAt(db),
  });
}
