import { type Logger, type LoggerOptions, pino } from 'pino';
import { currentContext } from './context.ts';
import { type LineLevel, type LogRing, levelOrder, lineLevels } from './log-ring.ts';
import { scrub } from './redact.ts';

export type { Logger } from 'pino';

export const logLevels = [...lineLevels, 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * The only fields a log line may hold. What is not named here is dropped, so that personal data,
 * tokens and bodies cannot reach the logs by accident.
 */
const allowed = new Set([
  'trace',
  'service',
  'peer',
  'operation',
  'method',
  'route',
  'status',
  'code',
  'durationMs',
  'requestId',
  'eventId',
  'eventType',
  'consumer',
  'saga',
  'sagaId',
  'step',
  'attempts',
  'count',
  'vendorId',
  'orderId',
  'groupId',
  'productId',
  'paymentId',
  'port',
  'next',
  'signal',
  'version',
  'err',
  'reason',
  'job',
  // Counts and names of ours, as jobs declare them.
  'report',
]);

/** Keeps what explains a fault and drops what could quote somebody's data. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { name, stack } = error;
  const code = (error as { code?: unknown }).code;
  return {
    kind: name,
    ...(typeof code === 'string' ? { code } : {}),
    message: scrub(error.message, 300),
    ...(stack ? { stack: stack.split('\n').slice(1, 8).join('\n') } : {}),
    ...(error.cause ? { cause: describeError(error.cause) } : {}),
  };
}

function keepAllowed(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (!allowed.has(key)) continue;
    kept[key] = key === 'err' ? describeError(value) : value;
  }
  return kept;
}

export interface LogOptions {
  readonly stream?: NodeJS.WritableStream;
  /** Keeps lines from `info` on, whatever the level of the stream is. */
  readonly ring?: LogRing | undefined;
}

export function createLogger(
  level: LogLevel,
  { stream = process.stderr, ring }: LogOptions = {},
): Logger {
  const log = pino(
    {
      level: ring ? finer(level, 'info') : level,
      base: null,
      serializers: { err: (error: unknown) => error },
      formatters: { log: keepAllowed, level: (label) => ({ level: label }) },
      mixin: () => {
        const context = currentContext();
        return context ? { trace: context.traceId } : {};
      },
      ...(ring ? { hooks: { logMethod: teeing(ring, level) } } : {}),
    },
    stream,
  );
  const { child } = log;
  // The formatter above does not see what a child is bound to. Children of children inherit this.
  log.child = function (this: Logger, bindings: object, options?: object) {
    return child.call(this, keepAllowed({ ...bindings }), options);
  } as Logger['child'];
  return log;
}

const orderOf = (level: LogLevel): number =>
  level === 'silent' ? Number.POSITIVE_INFINITY : levelOrder[level];

function finer(a: LogLevel, b: LogLevel): LogLevel {
  return orderOf(a) < orderOf(b) ? a : b;
}

const levelNames = new Map(Object.entries(levelOrder).map(([name, order]) => [order, name]));

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>;

/** Into the ring as it is, which costs a tenth of a written line; on to the stream by its level. */
function teeing(ring: LogRing, level: LogLevel): LogMethod {
  const streamOrder = orderOf(level);
  return function logMethod(args, method, order) {
    const name = (levelNames.get(order) ?? 'info') as LineLevel;
    if (!ring.isFull(name)) keep(ring, { args, level: name, bound: this.bindings() });
    if (order >= streamOrder) method.apply(this, args);
  };
}

interface LoggedLine {
  readonly args: readonly unknown[];
  readonly level: LineLevel;
  readonly bound: object;
}

function keep(ring: LogRing, { args, level, bound }: LoggedLine): void {
  const [first, second] = args;
  const given = first instanceof Error ? { err: first } : first;
  const isObject = typeof given === 'object' && given !== null;
  const message = isObject ? second : first;
  const fields = keepAllowed({ ...bound, ...(isObject ? given : {}) });
  const { service = null, trace = currentContext()?.traceId ?? null, ...more } = fields;
  ring.push({
    atMs: Date.now(),
    level,
    service: service as string | null,
    trace: trace as string | null,
    message: typeof message === 'string' ? message : '',
    fields: more,
  });
}
