export type SpanKind = 'server' | 'client' | 'internal' | 'producer' | 'consumer';

/** Numbers alone, so that nothing of anybody can be among them. */
export interface SpanFacts {
  readonly status?: number;
  readonly statements?: number;
  readonly events?: number;
  readonly attempts?: number;
  /** How long the work waited for a database connection. */
  readonly waitMs?: number;
}

/** One piece of finished work. Its name is a template or a contract's name, never an address. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly kind: SpanKind;
  readonly name: string;
  /** Milliseconds since 1970, with their fractions. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** A code, never a sentence; null where all went well. */
  readonly error: string | null;
  readonly facts: SpanFacts;
}

/** Takes the finished spans of one service. */
export interface Tracer {
  readonly service: string;
  record(span: Omit<Span, 'service'>): void;
  /** For work of another service in the same process. */
  forService(service: string): Tracer;
  /** For a read: under load, where reads look alike, all but some record what stands out alone. */
  forRead(traceId: string): Tracer;
}

const codePattern = /^[A-Z][A-Z0-9_]{1,39}$/;
const namePattern = /^[A-Za-z][A-Za-z0-9]{0,39}$/;

/** What went wrong, in one word that quotes nobody. */
export function errorCodeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code === 'string' && codePattern.test(code)) return code;
  return typeof name === 'string' && namePattern.test(name) ? name : 'Error';
}
