import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { exitCodes } from '../process/exit-codes.ts';

export interface RestartPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
  /** After running for so long a process counts as healthy again. */
  readonly healthyAfterMs: number;
  /** Ends in a row after which it is left alone. */
  readonly most: number;
}

export interface SupervisedOptions {
  readonly name: string;
  /** Program and arguments for this Node. */
  readonly args: readonly string[];
  /** What it is told; asked at each start. */
  readonly env: () => NodeJS.ProcessEnv;
  readonly restart: RestartPolicy;
  /** Each line that the process writes. */
  readonly onLine: (line: string) => void;
  /** What happens to it, in a sentence. */
  readonly onNews: (sentence: string) => void;
}

export type SupervisedState = 'starting' | 'ready' | 'waiting' | 'stopped' | 'failed';

/** One process that is started again when it ends. */
export interface Supervised {
  readonly name: string;
  readonly state: SupervisedState;
  readonly pid: number | undefined;
  readonly restarts: number;
  /** Resolves when it answers for the first time; rejects when it never will. */
  readonly firstReady: Promise<void>;
  /** Resolves when it answers again, after an end. */
  untilReady(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Lets it finish what is under way; cuts it off after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Ends that another try cannot mend. */
const hopeless: ReadonlySet<number> = new Set([exitCodes.usage, exitCodes.configuration]);

export function supervise(options: SupervisedOptions): Supervised {
  const { name, restart, onNews } = options;
  const first = Promise.withResolvers<void>();
  first.promise.catch(() => {});
  let state: SupervisedState = 'starting';
  let child: ChildProcess | undefined;
  let ended = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let endsInARow = 0;
  let restarts = 0;
  let waiters: (() => void)[] = [];

  function start(): void {
    const startedAt = performance.now();
    state = 'starting';
    // A session of its own: Ctrl-C at the terminal reaches the supervisor, and it alone decides.
    const started = spawn(process.execPath, [...options.args], {
      env: options.env(),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', options.onLine);
    }
    started.on('message', (message) => {
      if ((message as { type?: unknown }).type === 'ready') becomeReady();
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    ended = promise;
    started.once('error', (error) => onNews(`could not be started: ${error.message}`));
    started.once('close', (code, signal) => {
      resolve();
      onEnd(code, signal, performance.now() - startedAt);
    });
  }

  function becomeReady(): void {
    state = 'ready';
    first.resolve();
    for (const wake of waiters.splice(0)) wake();
  }

  function onEnd(code: number | null, signal: string | null, ranMs: number): void {
    if (state === 'stopped') return;
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    endsInARow = ranMs >= restart.healthyAfterMs ? 1 : endsInARow + 1;
    const isHopeless = code !== null && hopeless.has(code);
    if (isHopeless || endsInARow > restart.most) {
      fail(isHopeless ? `${how}: starting it again cannot help` : `${how}, and is left alone now`);
      return;
    }
    const delayMs = Math.min(restart.maxMs, restart.firstMs * 2 ** (endsInARow - 1));
    onNews(`${how}; starting it again in ${delayMs} ms`);
    state = 'waiting';
    restarts += 1;
    timer = setTimeout(start, delayMs);
  }

  function fail(sentence: string): void {
    state = 'failed';
    onNews(sentence);
    first.reject(new Error(`${name} ${sentence}`));
  }

  start();
  return {
    name,
    get state() {
      return state;
    },
    get pid() {
      return child?.pid;
    },
    get restarts() {
      return restarts;
    },
    firstReady: first.promise,
    untilReady: () =>
      state === 'ready' ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve)),
    kill(signal) {
      if (state === 'ready' && signal === 'SIGKILL') state = 'waiting';
      child?.kill(signal);
    },
    async stop(graceMs) {
      clearTimeout(timer);
      waiters = [];
      const running = state === 'starting' || state === 'ready';
      state = 'stopped';
      first.reject(new Error(`${name} was stopped`));
      if (!running || !child) return;
      child.kill('SIGTERM');
      const cut = setTimeout(() => child?.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(cut);
    },
  };
}
