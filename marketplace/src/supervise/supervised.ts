import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { exitCodes } from '../process/exit-codes.ts';

export interface RestartPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
  /** After running for so long a process counts as healthy again. */
  readonly healthyAfterMs: number;
  /** Ends of a process that has never been ready, after which it is given up. */
  readonly mostBeforeReady: number;
}

export interface SupervisedOptions {
  readonly name: string;
  /** Program and arguments for this Node; asked at each start. */
  readonly args: () => readonly string[];
  /** What it is told; asked at each start. */
  readonly env: () => NodeJS.ProcessEnv;
  readonly restart: RestartPolicy;
  /** Each line that the process writes. */
  readonly onLine: (line: string) => void;
  /** What happens to it, in a sentence. */
  readonly onNews: (sentence: string) => void;
}

export type SupervisedState = 'starting' | 'ready' | 'waiting' | 'stopped' | 'failed';

/**
 * One process that is started again when it ends. One that was ready once is never given up: what
 * it misses may be away for hours. One that never was, fails.
 */
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

/** Signals after which a process is not ready any more, though it may take a while to end. */
const ends: ReadonlySet<NodeJS.Signals> = new Set(['SIGKILL', 'SIGTERM']);
/** Ends that another try cannot mend, unless somebody mends their cause. */
const hopeless: ReadonlySet<number> = new Set([exitCodes.usage, exitCodes.configuration]);

export function supervise(options: SupervisedOptions): Supervised {
  const { name, restart, onNews } = options;
  const first = Promise.withResolvers<void>();
  first.promise.catch(() => {});
  let state: SupervisedState = 'starting';
  let wasReady = false;
  let troubleSince = 0;
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
    const started = spawn(process.execPath, [...options.args()], {
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
    wasReady = true;
    if (endsInARow >= toldAgainFrom) onNews(`is ready again after ${endsInARow} ends`);
    first.resolve();
    for (const wake of waiters.splice(0)) wake();
  }

  function onEnd(code: number | null, signal: string | null, ranMs: number): void {
    if (state === 'stopped') return;
    countEnd(ranMs >= restart.healthyAfterMs);
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    const isHopeless = code !== null && hopeless.has(code);
    if (wasReady) startAgain(how, isHopeless);
    else if (isHopeless) fail(`${how}: starting it again cannot help`);
    else if (endsInARow > restart.mostBeforeReady) fail(`${how}, and is left alone now`);
    else startAgain(how, isHopeless);
  }

  function countEnd(wasHealthy: boolean): void {
    endsInARow = wasHealthy ? 1 : endsInARow + 1;
    if (endsInARow === 1) troubleSince = performance.now();
  }

  function startAgain(how: string, isHopeless: boolean): void {
    const ends = endsInARow;
    const delayMs = pauseBefore(ends, restart, isHopeless);
    const outageMs = performance.now() - troubleSince;
    if (isWorthTelling(ends)) onNews(newsOf({ how, isHopeless, ends, outageMs, delayMs }));
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
      if (state === 'ready' && ends.has(signal)) state = 'waiting';
      child?.kill(signal);
    },
    async stop(graceMs) {
      clearTimeout(timer);
      waiters = [];
      state = 'stopped';
      first.reject(new Error(`${name} was stopped`));
      const isRunning = child?.exitCode === null && child.signalCode === null;
      if (!isRunning || !child) return;
      child.kill('SIGTERM');
      const cut = setTimeout(() => child?.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(cut);
    },
  };
}

/** Ends in a row from which on not each is told, and its return is. */
const toldAgainFrom = 4;

/** The first few, then ever rarer: a long outage must not fill the log. */
const isWorthTelling = (ends: number): boolean =>
  ends <= toldAgainFrom || Number.isInteger(Math.log2(ends));

/** Twice as long each time, less up to a quarter, so that processes do not come back in step. */
function pauseBefore(ends: number, { firstMs, maxMs }: RestartPolicy, isHopeless: boolean): number {
  const fullMs = isHopeless ? maxMs : Math.min(maxMs, firstMs * 2 ** (ends - 1));
  return Math.round(fullMs * (1 - Math.random() / 4));
}

interface EndNews {
  readonly how: string;
  readonly isHopeless: boolean;
  readonly ends: number;
  readonly outageMs: number;
  readonly delayMs: number;
}

function newsOf({ how, isHopeless, ends, outageMs, delayMs }: EndNews): string {
  const cause = isHopeless ? ': its configuration, or a store, needs mending (see above)' : '';
  const count =
    ends < toldAgainFrom ? '' : `, the ${ends}th time in ${Math.round(outageMs / 1_000)} s`;
  return `${how}${cause}${count}; starting it again in ${delayMs} ms`;
}
