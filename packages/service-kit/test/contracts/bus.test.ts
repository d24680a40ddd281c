import { expect, test } from 'vitest';
import { createInProcessBus } from '../../src/index.ts';
import { busContract, sampleEvent } from '../../src/testing/contracts/index.ts';

busContract('the bus in this process', async () => {
  const bus = createInProcessBus();
  return { bus, close: () => bus.close() };
});

test('a bus that keeps nothing tells the publisher that a subscriber failed', async () => {
  const bus = createInProcessBus();
  const event = sampleEvent();
  const handle = async (): Promise<void> => {
    throw new Error('not now');
  };
  bus.subscribe({ consumer: 'search', types: [event.type], handle });
  await expect(bus.publish(event)).rejects.toThrow('not now');
  await bus.close();
});
