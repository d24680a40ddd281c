import { err, ok, type Result } from '@mkt/kernel';
import { LIMITS } from './limits.ts';
import type { Place } from './ordering.ts';
import type { SearchRefusal } from './types.ts';

/** Says where a page ended, and of which query; no offset, so that changes before it do not shift. */
export function encodeCursor(fingerprint: number, { numbers, productId }: Place): string {
  return Buffer.from(JSON.stringify([fingerprint, productId, ...numbers])).toString('base64url');
}

export function decodeCursor(
  cursor: string,
  { fingerprint, depth }: { fingerprint: number; depth: number },
): Result<Place, SearchRefusal> {
  const parts = cursor.length <= LIMITS.cursorLength ? parse(cursor) : undefined;
  if (parts === undefined) {
    const detail = 'The cursor is not one that this search gave out. Start at the first page.';
    return err({ code: 'CURSOR_INVALID', detail });
  }
  const [madeFor, productId, ...numbers] = parts;
  if (madeFor !== fingerprint || numbers.length !== depth) {
    const detail = 'The cursor belongs to another query. Start at the first page.';
    return err({ code: 'CURSOR_OF_OTHER_QUERY', detail });
  }
  return ok({ numbers, productId });
}

function parse(cursor: string): [number, string, ...number[]] | undefined {
  if (!/^[\w-]+$/.test(cursor)) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(parts) || typeof parts[1] !== 'string') return undefined;
    const numbers = [parts[0], ...parts.slice(2)];
    return numbers.every(Number.isFinite) ? (parts as [number, string, ...number[]]) : undefined;
  } catch {
    return undefined;
  }
}
