import { Readable } from 'node:stream';
import type { StoredReply } from '../db/idempotency.ts';
import { RefusalError } from '../faults.ts';
import { Answer } from './route.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });
const surrogateEscape = /\\u[dD][89a-fA-F]/;
/** Levels of nesting; no request has a use for more. */
const maxDepth = 32;
const unsafeKeys = /"(?:__proto__|constructor)"\s*:/;

/** Parses a JSON body. Broken UTF-8 is refused, not repaired: a repaired name is a wrong name. */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    throw new RefusalError({ code: 'MALFORMED_ENCODING', detail: 'The body is not valid UTF-8.' });
  }
  if (unsafeKeys.test(text)) {
    throw new RefusalError({
      code: 'MALFORMED_JSON',
      detail: 'The names "__proto__" and "constructor" are not accepted.',
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RefusalError({
      code: 'MALFORMED_JSON',
      detail: `The body is not valid JSON: ${(error as Error).message.slice(0, 200)}`,
    });
  }
  const mayBeDeep = (text.match(/[[{]/g)?.length ?? 0) > maxDepth;
  if (mayBeDeep || surrogateEscape.test(text)) refuseUnstorable(value);
  return value;
}

/**
 * Half of a UTF-16 pair, which only an escape can bring here, is taken by no store. Deep nesting
 * overflows the stack of whatever walks it next, so this walk goes level by level instead.
 */
function refuseUnstorable(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) {
      const detail = `The body is nested more than ${maxDepth} levels deep.`;
      throw new RefusalError({ code: 'MALFORMED_JSON', detail });
    }
    if (!level.flatMap(textsOf).every((text) => text.isWellFormed())) {
      const detail = 'The body escapes half of a character (an unpaired surrogate).';
      throw new RefusalError({ code: 'MALFORMED_ENCODING', detail });
    }
    level = level.flatMap(partsOf);
  }
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function partsOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

/** Ends a stream with a refusal when it grows past its bound; nothing is buffered. */
export function boundStream(source: Readable, maxBytes: number): Readable {
  async function* bounded(): AsyncGenerator<Uint8Array> {
    let sizeBytes = 0;
    for await (const chunk of source) {
      sizeBytes += (chunk as Uint8Array).byteLength;
      if (sizeBytes > maxBytes) {
        throw new RefusalError({
          code: 'BODY_TOO_LARGE',
          detail: `The body is larger than the ${maxBytes} bytes this route accepts.`,
        });
      }
      yield chunk as Uint8Array;
    }
  }
  return Readable.from(bounded(), { objectMode: false });
}

interface PackedBody {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The stored form of an answer: its headers come back with a repeat as well. */
export function packReply(status: number, value: unknown): StoredReply {
  const packed: PackedBody =
    value instanceof Answer ? { body: value.body, headers: value.headers } : { body: value };
  return { status, body: packed };
}

export function unpackReply(reply: StoredReply): unknown {
  const { body, headers } = reply.body as PackedBody;
  return headers ? new Answer(body, headers) : body;
}
