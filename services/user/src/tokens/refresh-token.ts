import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits; only the hash is stored. */
export interface NewRefreshToken {
  readonly token: string;
  readonly hash: Buffer;
}

export function newRefreshToken(): NewRefreshToken {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashRefreshToken(token) };
}

export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
