import type { ServerResponse } from 'node:http';
import type { EventBus } from '@mkt/service-kit';

/** Events that change what a shopper sees of an order group. */
export const orderEventTypes = [
  'order.placed',
  'order.shipped',
  'order.delivered',
  'order.cancelled',
  'payment.resolved',
] as const;

const heartbeatMs = 20_000;
const maxStreams = 500;
/** A shopper watches one order for minutes, not for days. */
const maxStreamMs = 30 * 60_000;

export interface OrderUpdates {
  /** Opens a stream of an order group's changes; false when too many are open already. */
  open(groupId: string, snapshot: unknown, response: ServerResponse): boolean;
  readonly openStreams: number;
  close(): void;
}

/** Server-sent events: a snapshot at once, then a line for each change, to be looked up. */
export function createOrderUpdates(bus: EventBus): OrderUpdates {
  const streams = new Map<string, Set<ServerResponse>>();
  let openStreams = 0;

  const unlisten = bus.listen(orderEventTypes, (event) => {
    const { groupId } = event.payload as { groupId: string };
    for (const response of streams.get(groupId) ?? []) {
      const data = { type: event.type, occurredAt: event.occurredAt, groupId };
      response.write(`id: ${event.id}\nevent: change\ndata: ${JSON.stringify(data)}\n\n`);
    }
  });
  // mkt-allow fast-timer: writes to open connections, asks no store
  const heartbeat = setInterval(() => {
    for (const group of streams.values()) for (const response of group) response.write(':\n\n');
  }, heartbeatMs);
  heartbeat.unref();

  function forget(groupId: string, response: ServerResponse): void {
    const group = streams.get(groupId);
    if (!group?.delete(response)) return;
    openStreams -= 1;
    if (group.size === 0) streams.delete(groupId);
  }

  return {
    open(groupId, snapshot, response) {
      if (openStreams >= maxStreams) return false;
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      response.write(`event: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`);
      const group = streams.get(groupId) ?? new Set();
      streams.set(groupId, group.add(response));
      openStreams += 1;
      const end = setTimeout(() => response.end(), maxStreamMs);
      end.unref();
      response.on('close', () => {
        clearTimeout(end);
        forget(groupId, response);
      });
      return true;
    },
    get openStreams() {
      return openStreams;
    },
    close() {
      clearInterval(heartbeat);
      unlisten();
      for (const group of streams.values()) for (const response of group) response.end();
    },
  };
}
