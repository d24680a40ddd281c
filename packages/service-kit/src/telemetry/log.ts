import { type Logger, pino } from 'pino';
import { currentContext, traceIdOf } from './context.ts';

export type { Logger } from 'pino';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
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
]);

/** Keeps what explains a fault and drops what could quote somebody's data. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { name, stack } = error;
  const code = (error as { code?: unknown }).code;
  return {
    kind: name,
    ...(typeof code === 'string' ? { code } : {}),
    message: error.message.slice(0, 300),
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

export function createLogger(
  level: LogLevel,
  stream: NodeJS.WritableStream = process.stderr,
): Logger {
  const log = pino(
    {
      level,
      base: null,
      serializers: { err: (error: unknown) => error },
      formatters: { log: keepAllowed, level: (label) => ({ level: label }) },
      mixin: () => {
        const context = currentContext();
        return context ? { trace: traceIdOf(context.traceparent) } : {};
      },
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
