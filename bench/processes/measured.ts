import type { Question, Usage } from '../child.ts';

export interface Measured {
  readonly url: string;
  readonly sqlRoundTrips?: () => number;
  idle?(): Promise<void>;
  stop(): Promise<void>;
}

/** A first collection frees what finalizers hold; the second frees what they let go. */
const collections = 2;

/** Tells the parent where this process listens, then answers its questions until it is told to stop. */
export function answerParent(measured: Measured): void {
  process.on('message', (question: Question) => void answer(question, measured));
  // Nobody is left to stop it: a bench that was killed leaves no process behind.
  process.on('disconnect', () => process.exit(0));
  process.send?.({ url: measured.url });
}

async function answer(question: Question, measured: Measured): Promise<void> {
  // Work of the process's own is answered by it.
  if (typeof question !== 'string') return;
  if (question === 'stop') {
    await measured.stop();
    process.exit(0);
  }
  if (question !== 'usage') await measured.idle?.();
  if (question === 'settledUsage') {
    for (let n = 0; n < collections; n += 1) {
      globalThis.gc?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  process.send?.(usageOf(measured));
}

function usageOf(measured: Measured): Usage {
  const { user, system } = process.cpuUsage();
  return {
    rssBytes: process.memoryUsage.rss(),
    peakRssBytes: process.resourceUsage().maxRSS * 1_024,
    heapBytes: process.memoryUsage().heapUsed,
    cpuMicros: user + system,
    handles: process.getActiveResourcesInfo().length,
    sqlRoundTrips: measured.sqlRoundTrips?.() ?? 0,
  };
}
