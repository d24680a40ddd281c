import { guardReport } from '@mkt/contracts';
import { uuidv7 } from '@mkt/kernel';
import type { Peers } from './peers/peers.ts';
import type { Logger } from './telemetry/log.ts';
import type { Meter } from './telemetry/meter.ts';

export interface UsageReporter {
  start(): void;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Sends counted usage to the guard in batches; what cannot be sent is counted again. */
export function createUsageReporter(
  service: string,
  meter: Meter,
  peers: Peers,
  log: Logger,
  intervalMs: number,
): UsageReporter {
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    const counts = meter.drain();
    if (counts.length === 0) return;
    try {
      await peers.call(guardReport, { reportId: uuidv7(), service, counts });
    } catch (error) {
      for (const count of counts) meter.add(count.meter, count.amount, count.vendorId);
      log.warn({ service, err: error }, 'usage could not be reported');
    }
  }

  return {
    start() {
      timer = setInterval(() => void flush(), intervalMs);
      timer.unref();
    },
    flush,
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}
