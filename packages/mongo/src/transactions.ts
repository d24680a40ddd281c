import { uuidv7 } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { beginWriting } from './commits.ts';
import type { DocumentRecord } from './records.ts';
import type { Rekeyed } from './settling.ts';

/** What one transaction knows and did in one collection. */
export interface Writing<Body> {
  /** Names the transaction in the documents it writes; undefined until it writes. */
  readonly id: string | undefined;
  /** Documents as it last saw them, which a write replaces without another look. */
  readonly seen: Map<string, DocumentRecord<Body>>;
  readonly rekeyed: Map<string, Rekeyed>;
}

export interface Transactions<Body> {
  of(tx: Tx): Writing<Body>;
  /** The transaction with a name: it writes from now on. */
  begin(tx: Tx): Promise<Writing<Body> & { readonly id: string }>;
}

export interface Ends {
  committed(tx: string, rekeyed: readonly Rekeyed[]): void;
  failed(tx: string): void;
}

/** Held by the transaction object itself, so that it goes when that does. */
export function createTransactions<Body>(collection: string, ends: Ends): Transactions<Body> {
  type Mutable = { -readonly [Key in keyof Writing<Body>]: Writing<Body>[Key] } & {
    begun?: Promise<void>;
  };
  const known = new WeakMap<Tx, Mutable>();

  function of(tx: Tx): Mutable {
    const found = known.get(tx);
    if (found) return found;
    const fresh: Mutable = { id: undefined, seen: new Map(), rekeyed: new Map() };
    known.set(tx, fresh);
    return fresh;
  }

  async function begin(tx: Tx, writing: Mutable): Promise<void> {
    const id = uuidv7();
    await beginWriting(tx, id, collection);
    writing.id = id;
    tx.afterCommit(() => ends.committed(id, [...writing.rekeyed.values()]));
    tx.afterFailure(() => ends.failed(id));
  }

  return {
    of,
    async begin(tx) {
      const writing = of(tx);
      writing.begun ??= begin(tx, writing);
      await writing.begun;
      return writing as Mutable & { id: string };
    },
  };
}
