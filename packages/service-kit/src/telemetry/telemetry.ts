import { z } from 'zod';
import { createLogger, type Logger, type LogLevel } from './log.ts';
import { createLogRing, type LogRing } from './log-ring.ts';
import { createOtlpExporter } from './trace/otlp.ts';
import { createTraceRecorder, type TraceRecorder } from './trace/recorder.ts';

/** `name=value,name=value`, as OpenTelemetry writes headers in the environment. */
const headers = z
  .string()
  .regex(/^[^=,\s]+=[^,]*(?:,[^=,\s]+=[^,]*)*$/, 'Write name=value, with commas between.')
  .transform((text) =>
    Object.fromEntries(
      text.split(',').map((pair) => {
        const [name = '', value = ''] = pair.split(/=(.*)/s);
        return [name.trim(), decodeURIComponent(value.trim())];
      }),
    ),
  );

/** Where traces go besides this process: the names are OpenTelemetry's own. */
export const telemetrySettings = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headers.optional(),
});

export interface TelemetryOptions {
  readonly level: LogLevel;
  readonly version: string;
  /** Whose lines are those that name no service; the gateway's unless given. */
  readonly owner?: string;
  readonly settings?: z.output<typeof telemetrySettings>;
  /** Standard error unless given. */
  readonly stream?: NodeJS.WritableStream;
}

/** What one process remembers of its work and tells about it. */
export interface Telemetry {
  readonly log: Logger;
  readonly logs: LogRing;
  readonly traces: TraceRecorder;
}

export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { level, version, owner = 'gateway', settings = {} } = options;
  const logs = createLogRing({ owner });
  const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  const traces = createTraceRecorder(
    endpoint === undefined
      ? {}
      : {
          sink: createOtlpExporter({
            endpoint,
            version,
            headers: settings.OTEL_EXPORTER_OTLP_HEADERS ?? {},
          }),
        },
  );
  const stream = options.stream ? { stream: options.stream } : {};
  return { log: createLogger(level, { ring: logs, ...stream }), logs, traces };
}
