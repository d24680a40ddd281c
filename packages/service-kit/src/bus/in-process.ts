import type { EventEnvelope } from '@mkt/contracts';
import type { EventBus, Subscription } from './bus.ts';

interface Listener {
  readonly types: ReadonlySet<string>;
  readonly notice: (event: EventEnvelope) => void;
}

/** Who looks on must not hold up delivery: a throw here would have the event delivered again. */
function notify(listener: Listener, event: EventEnvelope): void {
  try {
    listener.notice(event);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}

/**
 * The bus of the one-process shape. It keeps nothing: the publisher's outbox row stays unpublished
 * until every subscriber has dealt with the event, so a crash in between delivers it again.
 */
export function createInProcessBus(): EventBus {
  const byType = new Map<string, Subscription[]>();
  const listeners = new Set<Listener>();
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  async function deliver(event: EventEnvelope): Promise<void> {
    const results = await Promise.allSettled(
      (byType.get(event.type) ?? []).map((subscription) => subscription.handle(event)),
    );
    for (const listener of listeners) {
      if (listener.types.has(event.type)) notify(listener, event);
    }
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
  }

  return {
    async publish(event) {
      if (closed) throw new Error('The bus is closed');
      const delivery = deliver(event);
      underWay.add(delivery);
      try {
        await delivery;
      } finally {
        underWay.delete(delivery);
      }
    },
    subscribe(subscription) {
      for (const type of subscription.types) {
        byType.set(type, [...(byType.get(type) ?? []), subscription]);
      }
    },
    // It is never away: what fails here is a subscriber.
    onAvailable: () => () => {},
    listen(types, notice) {
      const listener = { types: new Set(types), notice };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
    },
  };
}
