import { guardReport } from '@mkt/contracts';
import { uuidv7 } from '@mkt/kernel';
import type { ServiceName } from '@mkt/topology';
import { untilNextLookMs } from './looks.ts';
import type { Peers } from './peers/peers.ts';
import type { Logger } from './telemetry/log.ts';
import type { Meter } from './telemetry/meter.ts';

/** A service of this process with its own counts. */
export interface MeteredService {
  readonly name: ServiceName;
  readonly meter: Meter;
  readonly peers: Peers;
}

export interface UsageReporter {
  start(): void;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Sends counted usage to the guard in batches; what cannot be sent is counted again. Storing a
 * report is use of its own: it is sent along with the others' and never by itself, or the guard
 * would keep its own database awake for ever.
 */
export function createUsageReporter(
  services: readonly MeteredService[],
  log: Logger,
  intervalMs: number,
): UsageReporter {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let underWay: Promise<void> = Promise.resolve();

  async function report({ name, meter, peers }: MeteredService): Promise<boolean> {
    const counts = meter.drain();
    if (counts.length === 0) return false;
    try {
      const sent = await peers.call(guardReport, { reportId: uuidv7(), service: name, counts });
      return sent.ok;
    } catch (error) {
      for (const count of counts) meter.giveBack(count);
      log.warn({ service: name, err: error }, 'usage could not be reported');
      return false;
    }
  }

  async function flushNow(): Promise<void> {
    const others = services.filter(({ name }) => name !== 'guard');
    const sent = await Promise.all(others.map(report));
    const guard = services.find(({ name }) => name === 'guard');
    if (guard && sent.includes(true)) await report(guard);
  }

  const flush = (): Promise<void> => {
    underWay = underWay.then(flushNow);
    return underWay;
  };

  function arm(): void {
    if (isStopped) return;
    timer = setTimeout(() => void flush().finally(arm), untilNextLookMs(intervalMs));
    timer.unref();
  }

  return {
    start: arm,
    flush,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await flush();
    },
  };
}
