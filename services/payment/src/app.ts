import { createDueWork, type ServiceParts, type ServiceRuntime } from '@mkt/service-kit';
import { type PaymentConfig, paymentDefaults } from './config.ts';
import { onOrderPlaced } from './events/order-placed.ts';
import type { PaymentContext } from './operations/context.ts';
import { receiveWebhook } from './operations/receive-webhook.ts';
import { sweepDue } from './operations/sweep.ts';
import { paymentPeers } from './peers/payment-peers.ts';
import type { PaymentProvider } from './provider/port.ts';
import { paymentRoutes } from './routes/payments.ts';
import { simulatorRoutes } from './routes/simulator.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { createNotices } from './simulator/notices.ts';
import { createSimulator } from './simulator/provider.ts';
import { createSimulatorStore } from './simulator/store.ts';
import { createMovementStore } from './store/movements.ts';
import { createPaymentStore } from './store/payments.ts';
import { retention } from './store/retention.ts';

export interface PaymentOverrides {
  readonly config?: PaymentConfig;
  /** Stands in front of the simulator, to show what happens when a provider fails. */
  readonly provider?: (simulator: PaymentProvider) => PaymentProvider;
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (!a || !b) return a ?? b;
  return a < b ? a : b;
}

export function buildApp(runtime: ServiceRuntime, overrides: PaymentOverrides = {}): ServiceParts {
  const { db, clock, log, faultPoint, sweepIntervalMs } = runtime;
  const config = overrides.config ?? paymentDefaults;
  const armNotices = (dueAt: Date) => notices.armAt(dueAt);
  const simulatorStore = createSimulatorStore(db);
  const simulator = createSimulator({
    store: simulatorStore,
    clock,
    config: config.simulator,
    armNotices,
  });
  const context: PaymentContext = {
    db,
    payments: createPaymentStore(db),
    movements: createMovementStore(db),
    provider: overrides.provider?.(simulator) ?? simulator,
    clock,
    config,
    log,
    faultPoint,
    armAt: (dueAt) => care.armAt(dueAt),
  };
  const notices = createNotices({
    store: simulatorStore,
    clock,
    log,
    sweepIntervalMs,
    deliver: async (body, headers) => (await receiveWebhook(context, body, headers)).ok,
  });
  const care = createDueWork({
    service: 'payment',
    work: 'care for payments',
    clock,
    log,
    sweepIntervalMs,
    sweep: async () => (await sweepDue(context)).examined,
    nextDueAt: async () =>
      earlier(await context.payments.nextDueAt(), await context.movements.nextDueAt()),
  });

  return {
    routes: [
      ...paymentRoutes(context),
      ...webhookRoutes(context),
      ...simulatorRoutes({ store: simulatorStore, clock, armNotices }),
    ],
    peers: paymentPeers(context),
    consumers: [onOrderPlaced(context.payments)],
    background: [notices, care],
    retention,
  };
}
