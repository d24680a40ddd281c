import { timestamp } from '@mkt/contracts';
import { decodeCursor } from '@mkt/service-kit';
import { z } from 'zod';
import type { PageKey } from '../store/messages.ts';

const pageKey = z.tuple([timestamp, z.uuid()]);

export function afterCursor(cursor: string | undefined): PageKey | null {
  return decodeCursor(cursor, pageKey);
}

export function keyOf({
  createdAt,
  id,
}: {
  readonly createdAt: Date;
  readonly id: string;
}): PageKey {
  return [createdAt.toISOString(), id];
}
