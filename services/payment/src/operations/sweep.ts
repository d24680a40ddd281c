import type { Movement, Payment } from '../store/rows.ts';
import { later, type PaymentContext } from './context.ts';
import { lookAfter } from './look-after.ts';
import { finish } from './move.ts';

export interface SweepReport {
  readonly examined: number;
  readonly voided: number;
  readonly resolved: number;
}

const batch = 20;
const leaseMs = 60_000;
/** A sweep ends, however much is due; the next one goes on. */
const maxBatches = 500;

const nothing: SweepReport = { examined: 0, voided: 0, resolved: 0 };

function add(a: SweepReport, b: SweepReport): SweepReport {
  return {
    examined: a.examined + b.examined,
    voided: a.voided + b.voided,
    resolved: a.resolved + b.resolved,
  };
}

/** Takes up one batch of payments and movements that are due. */
async function sweepBatch(context: PaymentContext, now: Date): Promise<SweepReport> {
  const leaseEnd = later(now, leaseMs);
  const payments = await context.payments.takeDue(now, leaseEnd, batch);
  const movements = await context.movements.takeDue(now, leaseEnd, batch);
  let report = nothing;
  for (const payment of payments) report = add(report, await attempt(context, payment));
  for (const movement of movements) report = add(report, await complete(context, movement));
  return report;
}

/** Looks after all payments and movements that are due. */
export async function sweepDue(context: PaymentContext): Promise<SweepReport> {
  const now = context.clock.now();
  let report = nothing;
  for (let round = 0; round < maxBatches; round += 1) {
    const part = await sweepBatch(context, now);
    report = add(report, part);
    if (part.examined === 0) break;
  }
  return report;
}

/** The operator's sweep: payments of unknown outcome are asked for at once. */
export async function sweepAll(context: PaymentContext): Promise<SweepReport> {
  await context.payments.hurryUnknown(context.clock.now());
  return sweepDue(context);
}

/** One that cannot be looked after now must not keep the others waiting. */
async function attempt(context: PaymentContext, payment: Payment): Promise<SweepReport> {
  try {
    const outcome = await lookAfter(context, payment);
    return {
      examined: 1,
      voided: outcome === 'voided' ? 1 : 0,
      resolved: outcome === 'resolved' ? 1 : 0,
    };
  } catch (error) {
    context.log.warn({ service: 'payment', paymentId: payment.id, err: error }, 'payment put off');
    return { ...nothing, examined: 1 };
  }
}

async function complete(context: PaymentContext, movement: Movement): Promise<SweepReport> {
  try {
    await finish(context, movement);
    return { ...nothing, examined: 1, resolved: 1 };
  } catch (error) {
    const { paymentId } = movement;
    context.log.warn({ service: 'payment', paymentId, err: error }, 'movement put off');
    return { ...nothing, examined: 1 };
  }
}
