import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { memoryEnvironment, nodeFlags } from './memory-settings.ts';

/** What a measured process has spent and holds. */
export interface Usage {
  readonly rssBytes: number;
  /** The most it held since it started. */
  readonly peakRssBytes: number;
  /** JavaScript's objects alone, of what it holds now. */
  readonly heapBytes: number;
  readonly cpuMicros: number;
  /** Sockets, timers, files and the like that it holds open. */
  readonly handles: number;
  /** Statements and commands sent to PostgreSQL, whoever sent them. */
  readonly sqlRoundTrips: number;
}

export interface Child {
  readonly url: string;
  /** From spawning the process to its answer that it is ready. */
  readonly readyMs: number;
  usage(): Promise<Usage>;
  /** Waits until nothing is left to do, and looks: the wait costs nothing that it did not owe. */
  idleUsage(): Promise<Usage>;
  /** Waits until nothing is left to do, collects garbage, and only then looks. */
  settledUsage(): Promise<Usage>;
  /** Gives the process work of its own and waits for what it says when it is done. */
  tell<T>(work: readonly unknown[]): Promise<T>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Each line of the process's log. */
  readonly onLog?: (line: string) => void;
}

/** A program of `processes/`. */
export type ProcessName = 'marketplace' | 'bare' | 'bare-writes' | 'dev' | 'flood' | 'search';

export type Question = 'usage' | 'idleUsage' | 'settledUsage' | 'stop';

const readyWithinMs = 60_000;
const running = new Set<ChildProcess>();

/** Starts a process of `processes/` and waits until it says where it listens. */
export async function startChild(
  name: ProcessName,
  settings: unknown,
  { env = {}, onLog }: ChildOptions = {},
): Promise<Child> {
  const script = fileURLToPath(new URL(`./processes/${name}.process.ts`, import.meta.url));
  const startedAt = performance.now();
  const child = fork(script, [JSON.stringify(settings)], {
    execArgv: ['--expose-gc', ...nodeFlags],
    env: { ...process.env, ...memoryEnvironment, ...env },
    stdio: ['ignore', 'ignore', onLog ? 'pipe' : 'inherit', 'ipc'],
  });
  running.add(child);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void exited.then(() => running.delete(child));
  if (onLog && child.stderr) createInterface({ input: child.stderr }).on('line', onLog);
  const { url } = await answerOf<{ url: string }>(child);
  const readyMs = performance.now() - startedAt;
  const ask = async (question: Question) => {
    if (!child.connected) throw new Error('A measured process has ended');
    const answer = answerOf<Usage>(child);
    child.send(question);
    return answer;
  };
  return {
    url,
    readyMs,
    usage: () => ask('usage'),
    idleUsage: () => ask('idleUsage'),
    settledUsage: () => ask('settledUsage'),
    async tell<T>(work: readonly unknown[]) {
      const done = answerOf<T>(child);
      child.send([...work]);
      return done;
    },
    async stop() {
      if (child.connected) child.send('stop' satisfies Question);
      await exited;
    },
  };
}

/** Ends what still runs, for a bench that fails half-way. */
export function endChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(new Error('A measured process hangs')), readyWithinMs);
    const onMessage = (message: unknown) => settle(message as T);
    const onExit = (code: number | null, signal: string | null) =>
      settle(new Error(`A measured process ended early: ${code ?? signal}`));
    function settle(outcome: T | Error): void {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    }
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}
