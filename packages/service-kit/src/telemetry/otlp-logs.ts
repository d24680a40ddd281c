import type { LineLevel, LogLine } from './log-ring.ts';
import {
  createOtlpSender,
  type OtlpSender,
  type OtlpTarget,
  resourceOf,
  textAttribute,
} from './otlp-sender.ts';

/** The protocol's numbers: each level has four, of which these are the first. */
const severities: Readonly<Record<LineLevel, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};
const nanosecondsPerMs = 1_000_000n;

/** Sends log lines to a collector: those that the ring takes, with the bounds that it keeps. */
export function createOtlpLogs(target: OtlpTarget): OtlpSender<LogLine> {
  return createOtlpSender<LogLine>(target, '/v1/logs', (lines) => ({
    resourceLogs: [...Map.groupBy(lines, ({ service }) => service)].map(([service, own]) => ({
      resource: resourceOf(service),
      scopeLogs: [
        { scope: { name: 'mkt', version: target.version }, logRecords: own.map(wireLine) },
      ],
    })),
  }));
}

function wireLine({ atMs, level, trace, message, fields }: LogLine) {
  return {
    timeUnixNano: String(BigInt(Math.round(atMs)) * nanosecondsPerMs),
    severityNumber: severities[level],
    severityText: level,
    body: { stringValue: message },
    ...(trace === null ? {} : { traceId: trace }),
    attributes: Object.entries(fields).map(([name, value]) =>
      textAttribute(name, typeof value === 'string' ? value : JSON.stringify(value)),
    ),
  };
}
