import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceName } from '@mkt/topology';
import type { Api } from '../adapters/api.ts';
import { exitCodes, Failure } from '../failure.ts';
import { askAll, operationsPath, servicesMeant } from './fleet.ts';

export const lineLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

export interface LogLine {
  readonly at: string;
  readonly level: (typeof lineLevels)[number];
  readonly service: string;
  readonly trace: string | null;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface LogPage {
  readonly items: readonly LogLine[];
  readonly cursor: string;
}

export interface LogFilter {
  readonly service?: string | undefined;
  readonly level?: string | undefined;
  readonly trace?: string | undefined;
  readonly limit: number;
}

/** The last lines of all services in the order of their times, and where each service stands. */
export async function readLogs(api: Api, { service, level, trace, limit }: LogFilter) {
  const query = { level, trace, limit };
  const { answers, silent } = await askAll(servicesMeant(service), (name) =>
    api.get<LogPage>(operationsPath(name, 'logs'), query),
  );
  const lines = answers
    .flatMap(({ reply }) => reply.items)
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .slice(-limit);
  const cursors = new Map(answers.map((one) => [one.service, one.reply.cursor]));
  return { items: lines, cursors, silent };
}

const waitMs = 5_000;
/** Between questions of a service that does not let anybody wait, or does not answer. */
const restMs = 1_000;

export interface Following {
  readonly show: (line: LogLine) => void;
  readonly signal: AbortSignal;
}

/** Shows lines as they come, from each service on its own, until the signal. */
export async function followLogs(
  api: Api,
  { service, level, trace, limit }: LogFilter,
  following: Following & { readonly cursors: ReadonlyMap<ServiceName, string> },
): Promise<void> {
  const { cursors, show } = following;
  const failed = new AbortController();
  const signal = AbortSignal.any([following.signal, failed.signal]);

  async function follow(name: ServiceName): Promise<void> {
    let after = cursors.get(name);
    while (!signal.aborted) {
      const askedAtMs = performance.now();
      const page = await next(name, after);
      after = page?.cursor ?? after;
      for (const line of page?.items ?? []) show(line);
      const isQuick = performance.now() - askedAtMs < restMs && !page?.items.length;
      if (isQuick) await pause(restMs, undefined, { signal }).catch(() => {});
    }
  }

  async function next(name: ServiceName, after: string | undefined): Promise<LogPage | undefined> {
    try {
      const query = { level, trace, limit, after, waitMs };
      return await api.get<LogPage>(operationsPath(name, 'logs'), query);
    } catch (error) {
      const isAway = error instanceof Failure && error.exit === exitCodes.noUpstream;
      if (!isAway) throw error;
      return undefined;
    }
  }

  try {
    await Promise.all(servicesMeant(service).map(follow));
  } finally {
    // Where one may not be asked, none may: the others stop as well.
    failed.abort();
  }
}
