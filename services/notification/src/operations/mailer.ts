import type { DueWork, ServiceRuntime, Tx } from '@mkt/service-kit';
import type { RetryPolicy } from '../domain/retry.ts';
import {
  addressWaiting,
  claimMessages,
  insertMessages,
  type NewMessage,
} from '../store/messages.ts';
import type { MailTransport } from '../transports/transport.ts';
import { createDeliveryQueue } from './delivery-queue.ts';

export interface Mailer {
  readonly queue: DueWork;
  /** Stores messages with what else the transaction does; they go out afterwards. */
  notify(tx: Tx, messages: readonly NewMessage[]): Promise<void>;
  /** A vendor's address has become known: what waits for it goes out after the commit. */
  addressLearned(tx: Tx): void;
  wake(tx: Tx): void;
}

export function createMailer(
  runtime: ServiceRuntime,
  { transport, retry }: { readonly transport: MailTransport; readonly retry: RetryPolicy },
): Mailer {
  const { db, clock } = runtime;
  /** Some message may wait for an address that is known: looked at before the next claim. */
  let mayWait = true;
  const queue = createDeliveryQueue({
    ...{ db, clock, log: runtime.log, table: 'messages', retry },
    ...{ soleProcess: runtime.soleProcess, sweepIntervalMs: runtime.sweepIntervalMs },
    async claim(now) {
      if (mayWait) {
        mayWait = false;
        await addressWaiting(db, now).catch((error: unknown) => {
          mayWait = true;
          throw error;
        });
      }
      return claimMessages(db, { now, transport: transport.name });
    },
    deliver: (message, signal) => transport.send(message, signal),
  });
  const wake = (tx: Tx) => tx.afterCommit(() => queue.armAt(clock.now()));
  // Set after the commit as well: whichever of message and address commits last finds the other.
  const lookForAddresses = (tx: Tx) => {
    tx.afterCommit(() => {
      mayWait = true;
    });
    wake(tx);
  };
  return {
    queue,
    async notify(tx, messages) {
      const waits = await insertMessages(tx, messages, clock.now());
      if (waits) lookForAddresses(tx);
      else wake(tx);
    },
    addressLearned: lookForAddresses,
    wake,
  };
}
