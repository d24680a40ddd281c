import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface DevOptions {
  readonly shape: 'embedded' | 'connected' | 'processes';
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
  readonly empty: boolean;
  readonly print: (line: string) => void;
  readonly printLog: (line: string) => void;
}

/** A marketplace that this process runs or looks after. */
export interface RunningDev {
  readonly url: string;
  stop(): Promise<void>;
  readonly stopped: Promise<void>;
}

export type RunDev = (options: DevOptions) => Promise<RunningDev>;

/**
 * The marketplace is not part of the command line: fifteen services would make every command slow
 * to start, and they run as TypeScript, straight from the clone.
 */
export async function loadRunDev(repositoryDir: string): Promise<RunDev> {
  const entry = pathToFileURL(join(repositoryDir, 'marketplace', 'src', 'dev.ts')).href;
  const { runDev } = (await import(entry)) as { runDev: RunDev };
  return runDev;
}

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
export const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Ctrl-C reaches a whole group of processes, and `npm` passes it on once more. */
const echoMs = 2_000;

/**
 * What to do about signals to stop: the first stops cleanly, its echoes are ignored, and one that
 * comes later is from somebody who does not want to wait.
 */
export class StopRequest {
  private firstAt: number | undefined;
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  take(): 'stop' | 'ignore' | 'leave' {
    const at = this.now();
    if (this.firstAt === undefined) {
      this.firstAt = at;
      return 'stop';
    }
    return at - this.firstAt <= echoMs ? 'ignore' : 'leave';
  }
}
