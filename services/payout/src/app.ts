import { createDueWork, type ServiceParts, type ServiceRuntime } from '@mkt/service-kit';
import { type PayoutConfig, payoutDefaults } from './config.ts';
import { payoutConsumers } from './events/consumers.ts';
import { later, type PayoutContext } from './operations/context.ts';
import { drivePayouts } from './operations/drive-payouts.ts';
import { releaseDue } from './operations/release-holds.ts';
import { payoutPeers } from './peers/payout-peers.ts';
import type { BankRail } from './rail/port.ts';
import { createSimulatedRail } from './rail/simulator.ts';
import { commissionPreviewRoutes } from './routes/commission-preview.ts';
import { commissionRoutes } from './routes/commission-rules.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { payoutRoutes } from './routes/payouts.ts';
import { forgetVoids } from './store/movements.ts';
import { nextHoldEnd } from './store/orders.ts';
import { nextPayoutDue } from './store/payouts.ts';
import { nextReserveRelease } from './store/reserves.ts';

export interface PayoutOverrides {
  readonly config?: Partial<PayoutConfig>;
  readonly rail?: BankRail;
}

/** After this a void without an order is one of a checkout that was never placed. */
const forgetVoidsAfterMs = 30 * 86_400_000;

function earliest(times: readonly (Date | null)[]): Date | null {
  const known = times.filter((time) => time !== null).map((time) => time.getTime());
  return known.length === 0 ? null : new Date(Math.min(...known));
}

export function buildApp(runtime: ServiceRuntime, overrides: PayoutOverrides = {}): ServiceParts {
  const { db, clock, log, sweepIntervalMs } = runtime;
  const config = { ...payoutDefaults, ...overrides.config };
  const rail = overrides.rail ?? createSimulatedRail(db, clock, config.railSettlesAfterMs);
  const armAt = (dueAt: Date) => due.armAt(dueAt);
  const context: PayoutContext = { db, clock, config, rail, log, armAt };
  const due = createDueWork({
    service: 'payout',
    work: 'holds, reserves and payouts',
    clock,
    log,
    sweepIntervalMs,
    async sweep() {
      const released = await releaseDue(context);
      const driven = await drivePayouts(context);
      await forgetVoids(db, later(clock.now(), -forgetVoidsAfterMs));
      return released + driven;
    },
    nextDueAt: async () =>
      earliest([await nextHoldEnd(db), await nextReserveRelease(db), await nextPayoutDue(db)]),
  });

  return {
    routes: [
      ...commissionRoutes(context),
      ...commissionPreviewRoutes(context),
      ...ledgerRoutes(context),
      ...payoutRoutes(context),
    ],
    peers: payoutPeers(context),
    consumers: payoutConsumers(context),
    background: [due],
  };
}
