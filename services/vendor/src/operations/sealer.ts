import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { assert, type VendorId } from '@mkt/kernel';
import type { Database } from '@mkt/service-kit';
import { ensureSealingKey, findSealingKey, type SealingKey } from '../store/sealing-keys.ts';

/**
 * Seals what is stored but never shown. The key is in a table that the vendor role cannot read, and
 * a sealed value opens only for the vendor that it was sealed for.
 */
export interface Sealer {
  seal(vendorId: VendorId, text: string): Promise<string>;
  open(vendorId: VendorId, sealed: string): Promise<string>;
}

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

export function createSealer(db: Database): Sealer {
  let current: Promise<SealingKey> | undefined;

  function currentKey(): Promise<SealingKey> {
    current ??= ensureSealingKey(db, { kid: randomUUID(), secret: randomBytes(32) }).catch(
      (error) => {
        current = undefined;
        throw error;
      },
    );
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
      const key = await findSealingKey(db, kid);
      assert(key, 'A sealed value names a key that is not there');
      const bytes = Buffer.from(body, 'base64url');
      const decipher = createDecipheriv(algorithm, key.secret, bytes.subarray(0, ivBytes));
      decipher.setAAD(Buffer.from(vendorId)).setAuthTag(bytes.subarray(-tagBytes));
      const text = decipher.update(bytes.subarray(ivBytes, -tagBytes));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    },
  };
}
