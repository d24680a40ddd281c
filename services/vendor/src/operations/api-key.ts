import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKeyId } from '@mkt/kernel';

const prefix = 'mkt_';
const keyPattern = /^mkt_([A-Za-z0-9_-]{22})_([A-Za-z0-9_-]{43})$/;

export interface NewApiKey {
  /** Shown once; names the key by its id and proves it by 256 random bits. */
  readonly key: string;
  readonly hash: Buffer;
}

export function newApiKey(keyId: ApiKeyId): NewApiKey {
  const secret = randomBytes(32).toString('base64url');
  return { key: `${startOfKey(keyId)}_${secret}`, hash: hashOf(secret) };
}

/** The part of a key before its secret, by which people tell theirs apart. */
export function startOfKey(keyId: ApiKeyId): string {
  return prefix + Buffer.from(keyId.replaceAll('-', ''), 'hex').toString('base64url');
}

export interface PresentedKey {
  readonly keyId: ApiKeyId;
  readonly hash: Buffer;
}

/** Undefined for what cannot be a key. */
export function readApiKey(text: string): PresentedKey | undefined {
  const [, idPart, secret] = keyPattern.exec(text) ?? [];
  if (!idPart || !secret) return undefined;
  const hex = Buffer.from(idPart, 'base64url').toString('hex');
  const keyId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as ApiKeyId;
  return { keyId, hash: hashOf(secret) };
}

/** An unknown key is compared with something as well: the time does not tell which ids exist. */
export function sameHash(presented: Buffer, stored: Buffer | undefined): boolean {
  const equal = timingSafeEqual(presented, stored ?? Buffer.alloc(presented.length));
  return equal && stored !== undefined;
}

/** A fast hash is enough for 256 random bits: there is nothing to guess. */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
