import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@mkt/topology';
import { stopOrder } from './stop-order.ts';
import { type RestartPolicy, type Supervised, supervise } from './supervised.ts';

export interface SupervisorOptions {
  readonly services: readonly ServiceName[];
  /** What a service is told; asked at each of its starts. */
  readonly envOf: (service: ServiceName) => NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
  /** The program of a service, asked at each of its starts; the sources of this clone unless given. */
  readonly entryOf?: (service: ServiceName) => string | undefined;
  readonly restart?: RestartPolicy;
  readonly stopGraceMs?: number;
}

export interface Supervisor {
  readonly processes: ReadonlyMap<ServiceName, Supervised>;
  /** Resolves when all answer; rejects when one never will. */
  readonly ready: Promise<void>;
  /** Stops all, callers before those they call. */
  stop(): Promise<void>;
}

const sources = fileURLToPath(new URL('../service-main.ts', import.meta.url));
/** A service alone needs little: without caps the collector lets it grow to twice of that. */
const heapCaps = ['--max-semi-space-size=2', '--max-old-space-size=192'];
const defaultRestart: RestartPolicy = {
  firstMs: 250,
  maxMs: 30_000,
  healthyAfterMs: 30_000,
  mostBeforeReady: 8,
};
const defaultStopGraceMs = 15_000;

/** A process for each service, started again when it ends. They end with this process too. */
export function startSupervisor(options: SupervisorOptions): Supervisor {
  const { services, print } = options;
  const width = Math.max(...services.map((name) => name.length));
  const processes = new Map(
    services.map((name) => {
      const line = (text: string): void => print(`${name.padEnd(width)} | ${text}`);
      const supervised = supervise({
        name,
        args: () => [...heapCaps, options.entryOf?.(name) ?? sources, name],
        env: () => options.envOf(name),
        restart: options.restart ?? defaultRestart,
        onLine: line,
        onNews: line,
      });
      return [name, supervised] as const;
    }),
  );
  const ready = Promise.all([...processes.values()].map((one) => one.firstReady)).then(() => {});
  ready.catch(() => {});
  let stopping: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (const group of stopOrder(services)) {
      const graceMs = options.stopGraceMs ?? defaultStopGraceMs;
      await Promise.all(group.map(async (name) => processes.get(name)?.stop(graceMs)));
    }
  }

  return {
    processes,
    ready,
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
}
