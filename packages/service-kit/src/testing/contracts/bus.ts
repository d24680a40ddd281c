import type { EventContract, EventEnvelope } from '@mkt/contracts';
import { inventoryStockChanged, shipmentDelivered } from '@mkt/contracts';
import { uuidv7 } from '@mkt/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventBus } from '../../bus/bus.ts';
import { gate, poll } from './waiting.ts';

export interface BusSubject {
  readonly bus: EventBus;
  close(): Promise<void>;
}

const stock = inventoryStockChanged.type;
const delivered = shipmentDelivered.type;

/** An event of a contract's sample, as a relay would hand it over. */
export function sampleEvent(
  contract: EventContract = inventoryStockChanged,
  envelope: Partial<EventEnvelope> = {},
): EventEnvelope {
  return {
    id: uuidv7(),
    type: contract.type,
    version: contract.version,
    occurredAt: '2026-03-01T10:00:00.000Z',
    aggregateId: uuidv7(),
    aggregateVersion: 1,
    correlationId: uuidv7(),
    causationId: null,
    vendorId: null,
    traceparent: null,
    payload: contract.sample,
    ...envelope,
  };
}

/** What every bus keeps to. `open` gives a bus that nobody has subscribed to yet. */
export function busContract(name: string, open: () => Promise<BusSubject>): void {
  describe(`${name} as an event bus`, () => {
    let subject: BusSubject;
    let bus: EventBus;

    beforeEach(async () => {
      subject = await open();
      bus = subject.bus;
    });
    afterEach(() => subject.close());

    /** Subscribes a consumer that notes what it gets. */
    function record(consumer: string, types: readonly string[]): EventEnvelope[] {
      const seen: EventEnvelope[] = [];
      bus.subscribe({ consumer, types, handle: async (event) => void seen.push(event) });
      return seen;
    }

    test('gives every subscriber of a type each event once per publish, unchanged', async () => {
      const search = record('search', [stock]);
      const product = record('product', [stock, delivered]);
      const order = record('order', [delivered]);
      const [first, second] = [sampleEvent(), sampleEvent(shipmentDelivered)];
      await bus.publish(first);
      await bus.publish(second);
      await poll(() => search.length >= 1 && product.length >= 2 && order.length >= 1);
      expect(search).toEqual([first]);
      expect(product).toEqual([first, second]);
      expect(order).toEqual([second]);
    });

    test('takes an event that nobody subscribed to', async () => {
      await expect(bus.publish(sampleEvent())).resolves.toBeUndefined();
    });

    test('never loses an event that a subscriber failed on, nor keeps it from others', async () => {
      const event = sampleEvent();
      const tries: string[] = [];
      const product = record('product', [stock]);
      bus.subscribe({
        consumer: 'search',
        types: [stock],
        async handle({ id }) {
          tries.push(id);
          if (tries.length === 1) throw new Error('not now');
        },
      });
      // Either the publisher hears of it and publishes again, or the bus itself keeps the event.
      const kept = await bus.publish(event).then(
        () => true,
        () => false,
      );
      await poll(() => product.length >= 1);
      if (!kept) await bus.publish(event);
      await poll(() => tries.length >= 2);
      expect(tries).toEqual([event.id, event.id]);
    });

    test('keeps the order of each aggregate’s events, whatever they take to handle', async () => {
      const aggregates = Array.from({ length: 4 }, () => uuidv7());
      const seen: EventEnvelope[] = [];
      bus.subscribe({
        consumer: 'search',
        types: [stock],
        async handle(event) {
          // The earlier an event, the longer it takes: one that is overtaken would show.
          for (let turn = event.aggregateVersion; turn < 10; turn += 1) await nextTurn();
          seen.push(event);
        },
      });
      const versions = Array.from({ length: 10 }, (_, at) => at + 1);
      await Promise.all(
        aggregates.map(async (aggregateId) => {
          for (const aggregateVersion of versions) {
            await bus.publish(
              sampleEvent(inventoryStockChanged, { aggregateId, aggregateVersion }),
            );
          }
        }),
      );
      await poll(() => seen.length >= aggregates.length * versions.length);
      for (const aggregateId of aggregates) {
        const order = seen.filter((event) => event.aggregateId === aggregateId);
        expect(order.map((event) => event.aggregateVersion)).toEqual(versions);
      }
    });

    test('shows listeners the events of their types live, until they stop', async () => {
      const heard: EventEnvelope[] = [];
      const stop = bus.listen([stock], (event) => heard.push(event));
      const witness: EventEnvelope[] = [];
      bus.listen([stock, delivered], (event) => witness.push(event));
      const [first, other, later] = [sampleEvent(), sampleEvent(shipmentDelivered), sampleEvent()];
      await bus.publish(first);
      await bus.publish(other);
      await poll(() => witness.length >= 2);
      expect(heard).toEqual([first]);
      stop();
      await bus.publish(later);
      await poll(() => witness.length >= 3);
      expect(witness).toEqual([first, other, later]);
      expect(heard).toEqual([first]);
    });

    test('lets no listener that fails disturb subscribers, other listeners or the publisher', async () => {
      const heard: EventEnvelope[] = [];
      bus.listen([stock], () => {
        throw new Error('the browser went away');
      });
      bus.listen([stock], (event) => heard.push(event));
      const search = record('search', [stock]);
      const event = sampleEvent();
      await expect(bus.publish(event)).resolves.toBeUndefined();
      await poll(() => heard.length >= 1 && search.length >= 1);
      expect(heard).toEqual([event]);
      expect(search).toEqual([event]);
    });

    test('waits at its close for what is being handled, and takes nothing more', async () => {
      const opened = gate();
      const steps: string[] = [];
      bus.subscribe({
        consumer: 'search',
        types: [stock],
        async handle() {
          steps.push('begun');
          await opened.passed;
          steps.push('handled');
        },
      });
      const publishing = bus.publish(sampleEvent());
      await poll(() => steps.length > 0);
      const closing = bus.close().then(() => steps.push('closed'));
      opened.open();
      await Promise.all([publishing, closing]);
      expect(steps).toEqual(['begun', 'handled', 'closed']);
      await expect(bus.publish(sampleEvent())).rejects.toThrow('closed');
    });
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
