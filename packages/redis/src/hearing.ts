import type { Redis } from 'ioredis';

export interface Ear {
  readonly onMessage: (message: string) => void;
  /** The channel is heard from now on; what was sent before, also during an outage, was missed. */
  readonly onBegin?: () => void;
}

/** Messages that the server pushes, over one connection that is made at the first need. */
export interface Hearing {
  hear(channel: string, ear: Ear): () => void;
  /** Whether all that is to be heard is heard now. */
  isComplete(): boolean;
  /** Resolves when it is, or after the given time at the latest. */
  settled(timeoutMs: number): Promise<void>;
  close(): void;
}

export function createHearing(open: () => Redis): Hearing {
  const ears = new Map<string, Set<Ear>>();
  const subscribed = new Set<string>();
  const waiters = new Set<() => void>();
  let client: Redis | undefined;
  let closed = false;

  const isComplete = (): boolean =>
    client === undefined ||
    (client.status === 'ready' && [...ears.keys()].every((channel) => subscribed.has(channel)));

  function tellWaiters(): void {
    if (!isComplete()) return;
    for (const waiter of waiters) waiter();
    waiters.clear();
  }

  async function subscribe(channels: readonly string[]): Promise<void> {
    if (client?.status !== 'ready' || channels.length === 0) return;
    try {
      await client.subscribe(...channels);
    } catch {
      // The connection ended meanwhile; the next one subscribes to everything again.
      return;
    }
    for (const channel of channels) {
      const set = ears.get(channel);
      if (!set) continue;
      subscribed.add(channel);
      for (const ear of set) ear.onBegin?.();
    }
    tellWaiters();
  }

  function clientOf(): Redis {
    if (client) return client;
    client = open();
    client.on('ready', () => {
      subscribed.clear();
      void subscribe([...ears.keys()]);
    });
    client.on('close', () => subscribed.clear());
    client.on('message', (channel: string, message: string) => {
      for (const ear of ears.get(channel) ?? []) ear.onMessage(message);
    });
    return client;
  }

  return {
    hear(channel, ear) {
      if (closed) return () => {};
      clientOf();
      const known = ears.get(channel);
      if (known) {
        known.add(ear);
        if (subscribed.has(channel)) ear.onBegin?.();
      } else {
        ears.set(channel, new Set([ear]));
        void subscribe([channel]);
      }
      return () => {
        const set = ears.get(channel);
        if (!set?.delete(ear) || set.size > 0) return;
        ears.delete(channel);
        if (subscribed.delete(channel)) client?.unsubscribe(channel).catch(() => {});
      };
    },
    isComplete,
    async settled(timeoutMs) {
      if (isComplete() || closed) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.add(resolve);
      const limit = setTimeout(resolve, timeoutMs);
      await promise;
      clearTimeout(limit);
      waiters.delete(resolve);
    },
    close() {
      closed = true;
      client?.disconnect();
      for (const waiter of waiters) waiter();
      waiters.clear();
    },
  };
}
