import type { EventEnvelope } from '@mkt/contracts';

/** One service's interest in events. */
export interface Subscription {
  readonly consumer: string;
  readonly types: readonly string[];
  /** Resolves when the event is dealt with for good: applied, known already, or parked. */
  handle(event: EventEnvelope): Promise<void>;
}

/**
 * Carries events between services: at least once, in order per aggregate. The outbox is where an
 * event is durable; a bus adapter may add durability of its own.
 */
export interface EventBus {
  /** Resolves when every subscriber dealt with the event, or the bus itself keeps it safe. */
  publish(event: EventEnvelope): Promise<void>;
  subscribe(subscription: Subscription): void;
  /** Runs when events are taken again that were refused for a while; the result stops it. */
  onAvailable(listener: () => void): () => void;
  /** Live notice to whoever looks on now; nothing is kept for those who do not. */
  listen(types: readonly string[], notice: (event: EventEnvelope) => void): () => void;
  close(): Promise<void>;
}
