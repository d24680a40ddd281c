import type { Clock } from '@mkt/kernel';
import { createDueWork, type DueWork, type Logger } from '@mkt/service-kit';
import { signatureHeader, signNotice } from './signature.ts';
import type { SimulatedPayment, SimulatorStore } from './store.ts';

export interface NoticeOptions {
  readonly store: SimulatorStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sweepIntervalMs: number;
  /** Brings a notice to the marketplace's webhook; whether it was accepted. */
  deliver(body: string, headers: Readonly<Record<string, string>>): Promise<boolean>;
}

const retryAfterMs = 30_000;
const batch = 20;
const maxBatches = 500;

export function noticeBody(eventId: string, payment: SimulatedPayment): string {
  const { key, status, declineCode } = payment;
  return JSON.stringify({
    id: eventId,
    type: `payment.${status}`,
    payment: { key, status, declineCode },
  });
}

/** Sends webhooks as a provider does: signed, sent again until they are accepted. */
export function createNotices(options: NoticeOptions): DueWork {
  const { store, clock, log } = options;

  async function send(notice: { id: string; eventId: string; payment: SimulatedPayment }) {
    const body = noticeBody(notice.eventId, notice.payment);
    const now = clock.now();
    try {
      const signature = signNotice(await store.secret(), body, now);
      const accepted = await options.deliver(body, { [signatureHeader]: signature });
      if (accepted) await store.noticeDelivered(notice.id, now);
    } catch (error) {
      log.warn({ service: 'payment', operation: 'notice', err: error }, 'notice not delivered');
    }
  }

  return createDueWork({
    service: 'payment',
    work: 'simulator notices',
    clock,
    log,
    sweepIntervalMs: options.sweepIntervalMs,
    async sweep() {
      let taken = 0;
      for (let round = 0; round < maxBatches; round += 1) {
        const now = clock.now();
        const retryAt = new Date(now.getTime() + retryAfterMs);
        const notices = await store.takeNotices(now, retryAt, batch);
        await Promise.all(notices.map(send));
        taken += notices.length;
        if (notices.length < batch) break;
      }
      return taken;
    },
    nextDueAt: () => store.nextNoticeAt(),
  });
}
