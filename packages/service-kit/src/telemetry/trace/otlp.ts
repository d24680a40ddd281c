import { createOtlpSender, type OtlpTarget, resourceOf } from '../otlp-sender.ts';
import type { SpanSink } from './recorder.ts';
import type { Span, SpanKind } from './span.ts';

/** The numbers of the protocol's enum. */
const kinds: Readonly<Record<SpanKind, number>> = {
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
};

/** Sends spans to a collector. */
export function createOtlpExporter(target: OtlpTarget): SpanSink {
  return createOtlpSender<Span>(target, '/v1/traces', (spans) => ({
    resourceSpans: [...Map.groupBy(spans, ({ service }) => service)].map(([service, own]) => ({
      resource: resourceOf(service),
      scopeSpans: [{ scope: { name: 'mkt', version: target.version }, spans: own.map(wireSpan) }],
    })),
  }));
}

function wireSpan(span: Span) {
  const facts = Object.entries(span.facts).map(([name, value]) => ({
    key: name === 'status' ? 'http.response.status_code' : `mkt.${name}`,
    value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value },
  }));
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentId ? { parentSpanId: span.parentId } : {}),
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: nanoseconds(span.startedAtMs),
    endTimeUnixNano: nanoseconds(span.startedAtMs + span.durationMs),
    attributes: facts,
    status: span.error === null ? {} : { code: 2, message: span.error },
  };
}

/** Beyond the safe integers as a number, so it is written as text: whole milliseconds and the rest. */
function nanoseconds(ms: number): string {
  const whole = Math.floor(ms);
  const rest = Math.round((ms - whole) * 1e6);
  return String(BigInt(whole) * 1_000_000n + BigInt(rest));
}
