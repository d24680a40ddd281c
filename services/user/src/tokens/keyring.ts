import { randomUUID } from 'node:crypto';
import { type Clock, ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import {
  type Database,
  platformScope,
  type Secrets,
  type TokenClaims,
  type Tx,
  tokenAlgorithm,
  tokenAudience,
  tokenIssuer,
} from '@mkt/service-kit';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import {
  lockSigningKeys,
  publishedKeys,
  replacePrivateKey,
  type SigningKeyRow,
  storedKeys,
  takeOver,
} from '../store/signing-keys.ts';

export interface PublicKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly kid: string;
  readonly alg: string;
  readonly use: string;
}

export interface KeyState {
  readonly kid: string;
  readonly state: 'signing' | 'next' | 'retired';
  readonly createdAt: string;
  readonly signsFrom: string;
  readonly publishedUntil: string | null;
}

export interface SignedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** The keys that sign access tokens. They live in the database: every process signs with the same. */
export interface Keyring {
  sign(claims: Omit<TokenClaims, 'exp'>, lifetimeSeconds: number): Promise<SignedToken>;
  publicKeys(): Promise<{ keys: PublicKey[] }>;
  states(): Promise<KeyState[]>;
  /**
   * Publishes a new key, which signs once every cache can hold it; the old one stays published until
   * its last token has expired. A compromised key is dropped at once, with the tokens it signed.
   */
  rotate(tx: Tx, options: { compromised: boolean }): Promise<Result<KeyState[], Refusal>>;
  /** Opens every private key, and seals those anew that are not sealed with the newest key. */
  sealStored(): Promise<void>;
}

export interface KeyringOptions {
  readonly secrets: Secrets;
  readonly db: Database;
  readonly clock: Clock;
  readonly longestTokenSeconds: number;
  readonly jwksCacheSeconds: number;
}

/** How long this process goes on without looking for a rotation that another process made. */
const rememberedMs = 20_000;

export function createKeyring(options: KeyringOptions): Keyring {
  const { db, clock, secrets, longestTokenSeconds, jwksCacheSeconds } = options;
  const imported = new Map<string, CryptoKey>();
  let remembered: { keys: SigningKeyRow[]; untilMs: number } | undefined;

  async function current(): Promise<SigningKeyRow[]> {
    const now = clock.now();
    if (remembered && remembered.untilMs > now.getTime()) return remembered.keys;
    let keys = await publishedKeys(db, now);
    if (keys.length === 0) keys = await db.transaction(platformScope, createFirst);
    remembered = { keys, untilMs: now.getTime() + rememberedMs };
    return keys;
  }

  /** A rival process may have made the first key while this one waited for the lock. */
  async function createFirst(tx: Tx): Promise<SigningKeyRow[]> {
    const now = clock.now();
    await lockSigningKeys(tx);
    const made = await publishedKeys(tx, now);
    if (made.length > 0) return made;
    await takeOver(tx, await newKey(secrets, now, now), now);
    return publishedKeys(tx, now);
  }

  async function privateKeyOf(row: SigningKeyRow): Promise<CryptoKey> {
    const known = imported.get(row.kid);
    if (known) return known;
    const key = (await importJWK(openKey(secrets, row), tokenAlgorithm)) as CryptoKey;
    if (imported.size > 8) imported.clear();
    imported.set(row.kid, key);
    return key;
  }

  return {
    async sign({ sub, ...claims }, lifetimeSeconds) {
      const now = clock.now();
      const row = signingKey(await current(), now);
      const issuedAtSeconds = Math.floor(now.getTime() / 1_000);
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: tokenAlgorithm, kid: row.kid })
        .setSubject(sub)
        .setIssuer(tokenIssuer)
        .setAudience(tokenAudience)
        .setIssuedAt(issuedAtSeconds)
        .setExpirationTime(issuedAtSeconds + lifetimeSeconds)
        .sign(await privateKeyOf(row));
      return { token, expiresAt: new Date((issuedAtSeconds + lifetimeSeconds) * 1_000) };
    },
    async publicKeys() {
      return { keys: (await current()).map(publicPart) };
    },
    async states() {
      return statesOf(await publishedKeys(db, clock.now()), clock.now());
    },
    async rotate(tx, { compromised }) {
      const now = clock.now();
      await lockSigningKeys(tx);
      const before = await publishedKeys(tx, now);
      if (!compromised && before.some((key) => key.signs_from > now)) {
        return refuse(
          'ROTATION_UNDER_WAY',
          'A new key is published already and signs within a minute.',
        );
      }
      const signsFrom = compromised ? now : later(now, jwksCacheSeconds);
      const othersUntil = compromised
        ? now
        : later(signsFrom, longestTokenSeconds + jwksCacheSeconds);
      await takeOver(tx, await newKey(secrets, now, signsFrom), othersUntil);
      tx.afterCommit(() => {
        remembered = undefined;
      });
      return ok(statesOf(await publishedKeys(tx, now), now));
    },
    async sealStored() {
      for (const row of await storedKeys(db)) {
        const stored = row.private_jwk;
        const jwk = openKey(secrets, row);
        if (typeof stored === 'string' && stored.startsWith(secrets.currentPrefix)) continue;
        await replacePrivateKey(db, row.kid, sealKey(secrets, row.kid, jwk));
      }
    },
  };
}

function later(from: Date, seconds: number): Date {
  return new Date(from.getTime() + seconds * 1_000);
}

function openKey(secrets: Secrets, row: Pick<SigningKeyRow, 'kid' | 'private_jwk'>): JWK {
  const { kid, private_jwk: stored } = row;
  return typeof stored === 'string' ? JSON.parse(secrets.open(contextOf(kid), stored)) : stored;
}

function sealKey(secrets: Secrets, kid: string, jwk: JWK): string {
  return secrets.seal(contextOf(kid), JSON.stringify(jwk));
}

const contextOf = (kid: string): string => `signing-key:${kid}`;

async function newKey(
  secrets: Secrets,
  createdAt: Date,
  signsFrom: Date,
): Promise<Omit<SigningKeyRow, 'published_until'>> {
  const { privateKey, publicKey } = await generateKeyPair(tokenAlgorithm, { extractable: true });
  const kid = randomUUID();
  return {
    kid,
    public_jwk: await exportJWK(publicKey),
    private_jwk: sealKey(secrets, kid, await exportJWK(privateKey)),
    created_at: createdAt,
    signs_from: signsFrom,
  };
}

/** The newest that may sign; the first one made signs where none may yet. */
function signingKey(keys: readonly SigningKeyRow[], now: Date): SigningKeyRow {
  const row = keys.findLast((key) => key.signs_from <= now) ?? keys[0];
  if (!row) throw new Error('There is no signing key');
  return row;
}

function publicPart({ kid, public_jwk }: SigningKeyRow): PublicKey {
  const { kty = '', crv = '', x = '' }: JWK = public_jwk;
  return { kty, crv, x, kid, alg: tokenAlgorithm, use: 'sig' };
}

function statesOf(keys: readonly SigningKeyRow[], now: Date): KeyState[] {
  const signing = signingKey(keys, now);
  return keys.map((key) => ({
    kid: key.kid,
    state: key === signing ? 'signing' : key.signs_from > now ? 'next' : 'retired',
    createdAt: key.created_at.toISOString(),
    signsFrom: key.signs_from.toISOString(),
    publishedUntil: key.published_until?.toISOString() ?? null,
  }));
}
