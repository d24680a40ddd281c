import type { OrderGroupId, Refusal } from '@mkt/kernel';
import type { Database, IdempotencyKey } from '@mkt/service-kit';
import type { CheckoutState } from '../domain/checkout.ts';
import type { CheckoutReply } from '../domain/checkout-reply.ts';

/** How a key's outcome is kept: the answer, or why there is none. */
export type StoredOutcome = { readonly body: CheckoutReply } | { readonly refusal: Refusal };

/** What a checkout's key stands for now. */
export interface KeyStanding {
  readonly outcome: StoredOutcome | null;
  /** Of the checkout under way; null where it was not started. */
  readonly state: CheckoutState | null;
  readonly number: string | null;
  /** Its claimer can no longer be at work: a request lives half as long. */
  readonly stale: boolean;
}

/** Releasing and taking over exclude each other by these ages, on the database's own clock. */
const releasableSeconds = 30;
const staleSeconds = 60;

const standingSql = `
  SELECT i.reply AS outcome, s.state, g.number,
    i.created_at < now() - interval '${staleSeconds} s' AS stale
  FROM idempotency i
  LEFT JOIN sagas s ON s.kind = 'checkout' AND s.id = i.subject_id
  LEFT JOIN order_groups g ON g.id = i.subject_id
  WHERE i.actor = $1 AND i.key = $2`;

/** A key that was never answered and whose checkout never began is free for another try. */
const releaseSql = `
  DELETE FROM idempotency i
  WHERE i.actor = $1 AND i.key = $2 AND i.status IS NULL
    AND i.created_at > now() - interval '${releasableSeconds} s'
    AND NOT EXISTS (SELECT 1 FROM sagas s WHERE s.kind = 'checkout' AND s.id = i.subject_id)`;

export interface KeyStore {
  /** Undefined where the key was released meanwhile. */
  standing(key: IdempotencyKey): Promise<KeyStanding | undefined>;
  release(key: IdempotencyKey): Promise<void>;
  /** Makes the checkout of another key the answer to this one as well. */
  share(key: IdempotencyKey, groupId: OrderGroupId): Promise<void>;
}

export function createKeyStore(db: Database): KeyStore {
  return {
    async standing(key) {
      const [row] = await db.query(standingSql, [key.actor, key.key]);
      return row as KeyStanding | undefined;
    },
    async release(key) {
      await db.query(releaseSql, [key.actor, key.key]);
    },
    async share(key, groupId) {
      await db.query('UPDATE idempotency SET subject_id = $3 WHERE actor = $1 AND key = $2', [
        key.actor,
        key.key,
        groupId,
      ]);
    },
  };
}
