import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { assert, type VendorId } from '@mkt/kernel';
import type { Database, Secrets } from '@mkt/service-kit';
import {
  ensureSealingKey,
  findSealingKey,
  listSealingKeys,
  replaceSealingKey,
  type SealingKey,
} from '../store/sealing-keys.ts';

/**
 * Seals what is stored but never shown. The key is in a table that the vendor role cannot read,
 * itself sealed by the service's secret key; a sealed value opens only for the vendor that it was
 * sealed for.
 */
export interface Sealer {
  seal(vendorId: VendorId, text: string): Promise<string>;
  open(vendorId: VendorId, sealed: string): Promise<string>;
  /** Opens every key, and seals those anew that are not sealed with the newest secret key. */
  sealStored(): Promise<void>;
}

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

const keyBytes = 32;
const contextOf = (kid: string): string => `sealing-key:${kid}`;

function sealKey(secrets: Secrets, kid: string, key: Buffer): Buffer {
  return Buffer.from(secrets.seal(contextOf(kid), key.toString('base64url')));
}

/** A key of before keys were sealed is its own bytes, and shorter than any sealed one. */
function openKey(secrets: Secrets, { kid, secret }: SealingKey): SealingKey {
  if (secret.length === keyBytes) return { kid, secret };
  const opened = secrets.open(contextOf(kid), secret.toString());
  return { kid, secret: Buffer.from(opened, 'base64url') };
}

export function createSealer(db: Database, secrets: Secrets): Sealer {
  let current: Promise<SealingKey> | undefined;

  function currentKey(): Promise<SealingKey> {
    const kid = randomUUID();
    const fresh = { kid, secret: sealKey(secrets, kid, randomBytes(keyBytes)) };
    current ??= ensureSealingKey(db, fresh)
      .then((stored) => openKey(secrets, stored))
      .catch((error) => {
        current = undefined;
        throw error;
      });
    return current;
  }

  return {
    async seal(vendorId, text) {
      const { kid, secret } = await currentKey();
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, secret, iv).setAAD(Buffer.from(vendorId));
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]);
      return `${kid}.${Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64url')}`;
    },
    async open(vendorId, sealed) {
      const [kid = '', body = ''] = sealed.split('.');
      const stored = await findSealingKey(db, kid);
      assert(stored, 'A sealed value names a key that is not there');
      const key = openKey(secrets, stored);
      const bytes = Buffer.from(body, 'base64url');
      const decipher = createDecipheriv(algorithm, key.secret, bytes.subarray(0, ivBytes));
      decipher.setAAD(Buffer.from(vendorId)).setAuthTag(bytes.subarray(-tagBytes));
      const text = decipher.update(bytes.subarray(ivBytes, -tagBytes));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    },
    async sealStored() {
      for (const stored of await listSealingKeys(db)) {
        const { kid, secret } = openKey(secrets, stored);
        if (stored.secret.toString().startsWith(secrets.currentPrefix)) continue;
        await replaceSealingKey(db, { kid, secret: sealKey(secrets, kid, secret) });
      }
    },
  };
}
