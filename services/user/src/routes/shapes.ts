import type { IncomingMessage } from 'node:http';
import { id, timestamp, vendorRole } from '@mkt/contracts';
import { z } from 'zod';

export const sessionTokens = z.strictObject({
  kind: z.enum(['guest', 'user']),
  userId: id<'User'>(),
  sessionId: z.uuid(),
  operator: z.boolean(),
  vendor: z.strictObject({ vendorId: id<'Vendor'>(), role: vendorRole }).nullable(),
  accessToken: z.string(),
  expiresAt: timestamp,
  refreshToken: z.string(),
  refreshExpiresAt: timestamp,
});

export const newPassword = z.string().min(10).max(200);
/** One that may have been set under other rules: only bounded. */
export const givenPassword = z.string().min(1).max(200);
export const refreshTokenText = z.string().min(1).max(128);

/** What the client calls itself, to recognise a session by in the list. */
export function userAgentOf(headers: IncomingMessage['headers']): string | null {
  const given = headers['user-agent']?.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 200);
  return given ? given : null;
}
