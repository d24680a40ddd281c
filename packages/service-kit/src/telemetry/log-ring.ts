import { randomUUID } from 'node:crypto';

export const lineLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LineLevel = (typeof lineLevels)[number];

/** A line as it was logged: allowed fields alone, errors described. */
export interface LogLine {
  readonly seq: number;
  readonly atMs: number;
  readonly level: LineLevel;
  readonly service: string;
  readonly trace: string | null;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface WantedLines {
  readonly service: string;
  /** After this line; the latest, where none is named or the process has started anew. */
  readonly after: string | undefined;
  /** This level and worse. */
  readonly level: LineLevel;
  readonly trace: string | undefined;
  readonly limit: number;
}

/** The last lines of this process. */
export interface LogRing {
  /** Whether a line of this level has no room just now: asked before the line is made. */
  isFull(level: LineLevel): boolean;
  push(line: Omit<LogLine, 'seq' | 'service'> & { readonly service: string | null }): void;
  read(wanted: WantedLines): { readonly lines: LogLine[]; readonly cursor: string };
  /** Resolves when a line has come that the service might want, or the time is over. */
  changed(waitMs: number): Promise<void>;
  /** Lets everybody go who waits, for a process that stops. */
  close(): void;
}

export const levelOrder: Readonly<Record<LineLevel, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
};

export interface LogRingOptions {
  readonly maxLines?: number;
  /** Whose lines are those that name no service. */
  readonly owner?: string;
  /** Told of every line that is kept. */
  readonly onLine?: (line: LogLine) => void;
}

const usualMaxLines = 2_000;
/** Ordinary lines never push warnings out: each has a part of its own. */
const notableShare = 0.25;
/** Ordinary lines in a second: under load they are all alike, and each costs. */
const maxOrdinaryPerSecond = 100;
/** Beyond it a reader is answered at once and comes back by itself. */
const maxWaiting = 64;

/** A bounded list that forgets its oldest. */
function createPart(maxLines: number) {
  const lines: LogLine[] = [];
  let next = 0;
  return {
    push(line: LogLine): void {
      lines[next] = line;
      next = (next + 1) % maxLines;
    },
    /** Oldest first. */
    *all(): Iterable<LogLine> {
      for (let at = 0; at < lines.length; at += 1) {
        const line = lines[(next + at) % lines.length];
        if (line) yield line;
      }
    },
  };
}

export function createLogRing(options: LogRingOptions = {}): LogRing {
  const { maxLines = usualMaxLines, owner = 'gateway' } = options;
  const notable = createPart(Math.max(1, Math.floor(maxLines * notableShare)));
  const ordinary = createPart(Math.max(1, Math.ceil(maxLines * (1 - notableShare))));
  /** A cursor of an earlier process means nothing here. */
  const born = randomUUID().slice(0, 8);
  const waiting = new Set<() => void>();
  let second = 0;
  let ordinaryInSecond = 0;
  let leftOut = 0;
  let seq = 0;
  let isWaking = false;
  let isClosed = false;

  function wake(): void {
    isWaking = false;
    for (const resume of [...waiting]) resume();
  }

  function seqOf(cursor: string | undefined): number | undefined {
    const [from, number] = (cursor ?? '').split('.');
    const known = Number(number);
    return from === born && Number.isSafeInteger(known) ? known : undefined;
  }

  /** Says in the next second that lines were left out, and how many. */
  function hasRoom(): boolean {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) {
      second = now;
      ordinaryInSecond = 0;
      if (leftOut > 0) {
        seq += 1;
        const line = { seq, atMs: Date.now(), level: 'info', service: owner, trace: null } as const;
        ordinary.push({ ...line, message: 'lines left out', fields: { count: leftOut } });
        leftOut = 0;
      }
    }
    ordinaryInSecond += 1;
    if (ordinaryInSecond <= maxOrdinaryPerSecond) return true;
    leftOut += 1;
    return false;
  }

  return {
    isFull: (level) => levelOrder[level] < levelOrder.warn && !hasRoom(),
    push(line) {
      seq += 1;
      const part = levelOrder[line.level] >= levelOrder.warn ? notable : ordinary;
      const kept = { ...line, seq, service: line.service ?? owner };
      part.push(kept);
      options.onLine?.(kept);
      if (waiting.size === 0 || isWaking) return;
      // Many lines of one moment wake a reader once.
      isWaking = true;
      setImmediate(wake);
    },
    read({ service, after, level, trace, limit }) {
      const since = seqOf(after);
      const found = [...ordinary.all(), ...notable.all()]
        .filter((line) => line.service === service && line.seq > (since ?? 0))
        .filter((line) => levelOrder[line.level] >= levelOrder[level])
        .filter((line) => trace === undefined || line.trace === trace)
        .sort((a, b) => a.seq - b.seq);
      const lines = since === undefined ? found.slice(-limit) : found.slice(0, limit);
      const isAll = since === undefined || found.length <= limit;
      return { lines, cursor: `${born}.${isAll ? seq : lines.at(-1)?.seq}` };
    },
    changed(waitMs) {
      if (isClosed || waitMs <= 0 || waiting.size >= maxWaiting) return Promise.resolve();
      return new Promise((resolve) => {
        const resume = (): void => {
          clearTimeout(timer);
          waiting.delete(resume);
          resolve();
        };
        const timer = setTimeout(resume, waitMs);
        timer.unref();
        waiting.add(resume);
      });
    },
    close() {
      isClosed = true;
      wake();
    },
  };
}
