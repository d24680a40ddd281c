import { z } from 'zod';
import { RefusalError } from '../faults.ts';

/** The key of a listing's last row, opaque to clients. */
export function encodeCursor(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Reads a cursor by the schema of its key; one that we did not make is the caller's mistake. */
export function decodeCursor<Key extends z.ZodType>(
  cursor: string | undefined,
  key: Key,
): z.output<Key> | null {
  if (cursor === undefined) return null;
  const parsed = key.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (parsed.success) return parsed.data;
  throw new RefusalError({
    code: 'INVALID_REQUEST',
    detail: 'The cursor is not one that this listing gave.',
  });
}

/** Made once: to make a schema takes longer than to check by it. */
const idKey = z.uuid();

/** Reads a cursor of rows that follow each other by their ids. */
export function decodeIdCursor(cursor: string | undefined): string | null {
  return decodeCursor(cursor, idKey);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Makes a page of rows that were read with one more than the limit. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  as: { readonly item: (row: Row) => Item; readonly key: (row: Row) => unknown },
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(as.item), nextCursor: more ? encodeCursor(as.key(last)) : null };
}
