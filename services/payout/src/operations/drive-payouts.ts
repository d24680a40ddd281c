import { platformScope, type Tx } from '@mkt/service-kit';
import type { Entry } from '../domain/accounts.ts';
import type { TransactionKind } from '../domain/books.ts';
import {
  payoutPaidPosting,
  payoutReturnedPosting,
  payoutStartedPosting,
} from '../domain/postings.ts';
import { type Ledger, openLedger } from '../store/ledger.ts';
import {
  lockPayout,
  type Payout,
  type PayoutStep,
  putOffPayout,
  stepPayout,
  takeDuePayouts,
} from '../store/payouts.ts';
import { isSuspended } from '../store/vendors.ts';
import { later, type PayoutContext } from './context.ts';
import { postNetting } from './release-holds.ts';

const batch = 20;
const maxBatches = 500;
const leaseMs = 60_000;

/** Brings every payout that is due one step on; how many were looked at. */
export async function drivePayouts(context: PayoutContext): Promise<number> {
  const { db, clock, log } = context;
  let driven = 0;
  for (let round = 0; round < maxBatches; round += 1) {
    const now = clock.now();
    const payouts = await takeDuePayouts(db, now, later(now, leaseMs), batch);
    for (const payout of payouts) {
      try {
        await drive(context, payout);
      } catch (error) {
        // The lease brings it back.
        log.warn({ service: 'payout', operation: 'payout', err: error }, 'payout put off');
      }
    }
    driven += payouts.length;
    if (payouts.length === 0) break;
  }
  return driven;
}

async function drive(context: PayoutContext, payout: Payout): Promise<void> {
  const started = payout.status === 'requested' ? await start(context, payout) : true;
  if (started) await askBank(context, payout);
}

/** Takes the money out of what is available, before the bank hears of it. */
function start(context: PayoutContext, { id }: Payout): Promise<boolean> {
  const { db, clock } = context;
  return db.transaction(platformScope, async (tx) => {
    const payout = await lockPayout(tx, id);
    if (payout?.status !== 'requested') return true;
    const now = clock.now();
    const { vendorId, currency, amountMinor } = payout;
    const refused = (refusal: string) =>
      stepPayout(tx, id, { status: 'refused', refusal, now, dueAt: null });
    if (await isSuspended(tx, vendorId)) {
      await refused('PAYOUT_BLOCKED');
      return false;
    }
    const ledger = await openLedger(tx, { currency, vendorIds: [vendorId] }, now);
    postNetting(ledger, payout, `payout:${id}`);
    if (ledger.balancesOf(vendorId).available < amountMinor) {
      await ledger.flush();
      await refused('PAYOUT_EXCEEDS_AVAILABLE');
      return false;
    }
    postStep(ledger, payout, 'payoutStarted', payoutStartedPosting(payout, amountMinor));
    await ledger.flush();
    await stepPayout(tx, id, { status: 'started', now, dueAt: now });
    return true;
  });
}

function postStep(
  ledger: Ledger,
  { id, vendorId }: Payout,
  kind: TransactionKind,
  entries: readonly Entry[],
): void {
  ledger.post({ operationKey: `${kind}:${id}`, kind, payoutId: id, vendorId, entries });
}

/** Sends the payment, which repeats nothing, and makes true here what became of it. */
async function askBank(context: PayoutContext, payout: Payout): Promise<void> {
  const { db, rail, clock } = context;
  const { id, amountMinor, currency, reference } = payout;
  if (payout.status !== 'paid') await rail.send({ key: id, amountMinor, currency, reference });
  const status = await rail.check(id);
  await db.transaction(platformScope, async (tx) => {
    const current = await lockPayout(tx, id);
    if (!current) return;
    const now = clock.now();
    const dueAt =
      status === 'paid' && current.status === 'started'
        ? await paid(tx, context, current)
        : status === 'returned' && current.status !== 'returned'
          ? await returned(tx, context, current)
          : nextQuestion(context, current, now);
    await putOffPayout(tx, id, dueAt);
    if (dueAt) tx.afterCommit(() => context.armAt(dueAt));
  });
}

function nextQuestion(context: PayoutContext, payout: Payout, now: Date): Date | null {
  const { askRailMs, returnWindowMs } = context.config;
  if (payout.status === 'started') return later(now, askRailMs);
  if (payout.status !== 'paid' || !payout.paidAt) return null;
  const windowEnd = later(payout.paidAt, returnWindowMs);
  return windowEnd <= now ? null : windowEnd;
}

async function paid(tx: Tx, context: PayoutContext, payout: Payout): Promise<Date> {
  const now = context.clock.now();
  const dueAt = later(now, context.config.returnWindowMs);
  const entries = payoutPaidPosting(payout, payout.amountMinor);
  await post(tx, payout, { kind: 'payoutPaid', entries, now });
  await step(tx, payout, { status: 'paid', now, dueAt });
  return dueAt;
}

async function returned(tx: Tx, context: PayoutContext, payout: Payout): Promise<null> {
  const now = context.clock.now();
  const from = payout.status === 'paid' ? 'paid' : 'inTransit';
  const entries = payoutReturnedPosting(payout, payout.amountMinor, from);
  await post(tx, payout, { kind: 'payoutReturned', entries, now });
  await step(tx, payout, { status: 'returned', now, dueAt: null });
  return null;
}

async function post(
  tx: Tx,
  payout: Payout,
  posting: {
    readonly kind: TransactionKind;
    readonly entries: readonly Entry[];
    readonly now: Date;
  },
): Promise<void> {
  const { vendorId, currency } = payout;
  const ledger = await openLedger(tx, { currency, vendorIds: [vendorId] }, posting.now);
  postStep(ledger, payout, posting.kind, posting.entries);
  await ledger.flush();
}

function step(tx: Tx, { id }: Payout, change: PayoutStep): Promise<void> {
  return stepPayout(tx, id, change);
}
