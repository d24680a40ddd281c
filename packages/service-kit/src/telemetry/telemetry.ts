import { z } from 'zod';
import { createLogger, type Logger, type LogLevel } from './log.ts';
import { createLogRing, type LogRing } from './log-ring.ts';
import { createOtlpLogs } from './otlp-logs.ts';
import type { OtlpTarget } from './otlp-sender.ts';
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

/** Where traces and log lines go besides this process: the names are OpenTelemetry's own. */
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
  const target = targetOf(settings, version);
  const exported = target && createOtlpLogs(target);
  const logs = createLogRing({ owner, ...(exported ? { onLine: exported.offer } : {}) });
  const recorder = createTraceRecorder(target ? { sink: createOtlpExporter(target) } : {});
  const stream = options.stream ? { stream: options.stream } : {};
  return {
    log: createLogger(level, { ring: logs, ...stream }),
    logs,
    traces: {
      ...recorder,
      // The last lines of a process go with its last spans.
      async stop() {
        await Promise.all([recorder.stop(), exported?.stop()]);
      },
    },
  };
}

function targetOf(
  settings: z.output<typeof telemetrySettings>,
  version: string,
): OtlpTarget | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = {} } =
    settings;
  return endpoint === undefined ? undefined : { endpoint, headers, version };
}
