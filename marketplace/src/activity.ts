import type { EventBus } from '@mkt/service-kit';

export interface CountedBus {
  readonly bus: EventBus;
  /** Grows with each event that is published or handled: the same twice means that nothing was. */
  activity(): number;
}

export function countActivity(bus: EventBus): CountedBus {
  let count = 0;
  return {
    bus: {
      ...bus,
      publish(event) {
        count += 1;
        return bus.publish(event);
      },
      subscribe(subscription) {
        bus.subscribe({
          ...subscription,
          async handle(event) {
            count += 1;
            await subscription.handle(event);
            count += 1;
          },
        });
      },
    },
    activity: () => count,
  };
}
