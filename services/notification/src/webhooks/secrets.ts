import { randomBytes } from 'node:crypto';
import type { Database, Secrets } from '@mkt/service-kit';
import { replaceSecret, secretsToSeal } from '../store/webhooks.ts';

const batchSize = 200;

/** The secrets that sign webhooks: the endpoint's owner knows them, and its row has them sealed. */
export interface WebhookSecrets {
  /** A fresh one, as it is stored. */
  make(endpointId: string): string;
  open(endpointId: string, stored: string): string;
  /** Seals those anew that are not sealed with the newest secret key. */
  sealStored(db: Database): Promise<void>;
}

export function createWebhookSecrets(secrets: Secrets): WebhookSecrets {
  const contextOf = (endpointId: string): string => `webhook:${endpointId}`;
  const open = (id: string, stored: string): string => secrets.open(contextOf(id), stored);
  return {
    make: (id) => secrets.seal(contextOf(id), `whsec_${randomBytes(32).toString('base64url')}`),
    open,
    async sealStored(db) {
      for (;;) {
        const rows = await secretsToSeal(db, secrets.currentPrefix, batchSize);
        for (const { id, secret: before } of rows) {
          await replaceSecret(db, id, {
            before,
            after: secrets.seal(contextOf(id), open(id, before)),
          });
        }
        if (rows.length < batchSize) return;
      }
    },
  };
}
