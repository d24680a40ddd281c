import type { VendorId } from '@mkt/kernel';
import type { NewEvent, Tx } from '../db/database.ts';
import type { Scope } from '../db/scope.ts';

/** One document as stored. The body is the service's own; vendor and version are the port's. */
export interface Stored<Body> {
  readonly id: string;
  readonly vendorId: VendorId;
  readonly version: number;
  readonly body: Body;
}

export type FieldValue = string | number | boolean;

export interface Find {
  /** Documents of one vendor; within a vendor's scope there are no others. */
  readonly vendorId?: VendorId | undefined;
  /** Equality on declared fields; a list means any of its values. */
  readonly where?: Readonly<Record<string, FieldValue | readonly FieldValue[]>>;
  /** Page after this id; documents come in the order of their ids. */
  readonly after?: string | undefined;
  readonly descending?: boolean;
  /** At most 500. */
  readonly limit: number;
}

/** What a collection looks up by. Only declared fields can be searched: each has an index. */
export interface CollectionSpec {
  readonly name: string;
  readonly fields: Readonly<Record<string, 'text' | 'number' | 'boolean'>>;
  /**
   * Declared fields that no two documents of one vendor share, by the name of the key. In
   * PostgreSQL it is the name of the unique index that the migration makes.
   */
  readonly uniqueKeys?: Readonly<Record<string, readonly string[]>>;
}

/** A unique key is taken by another document; `isUniqueViolation` tells it for every store. */
export class UniqueKeyError extends Error {
  override readonly name = 'UniqueKeyError';
  /** As PostgreSQL says it, so that what handles one store's refusal handles the other's. */
  readonly code = '23505';
  readonly constraint: string;

  constructor(key: string) {
    super(`Another document has the same ${key}`);
    this.constraint = key;
  }
}

/** One write of many; the fields mean what they mean for `put`. */
export interface Write<Body> {
  readonly id: string;
  readonly vendorId: VendorId;
  readonly body: Body;
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
}

/** Reads see what is committed for a scope, or what a transaction sees, with its scope. */
export type ReadAt = Scope | Tx;

/**
 * Documents of one collection. The scope is a required argument of every operation: within a
 * vendor's scope other vendors' documents do not exist. No query language beyond equality, so that
 * every store can prove it.
 */
export interface Documents<Body> {
  get(at: ReadAt, id: string): Promise<Stored<Body> | undefined>;
  getMany(at: ReadAt, ids: readonly string[]): Promise<Stored<Body>[]>;
  find(at: ReadAt, query: Find): Promise<Stored<Body>[]>;
  count(at: ReadAt, query: Pick<Find, 'where' | 'vendorId'>): Promise<number>;
  /**
   * Writes the document together with its events, if it still has `expectedVersion` (0: it must not
   * exist). The new version is one more; undefined when somebody else wrote first.
   */
  put(
    tx: Tx,
    document: { readonly id: string; readonly vendorId: VendorId; readonly body: Body },
    expectedVersion: number,
    events: readonly NewEvent[],
  ): Promise<number | undefined>;
  /**
   * Writes up to 500 documents with their events in as few statements as the store can. Resolves to
   * the ids that somebody else wrote first: where there are any, roll back and decide again.
   */
  putMany(tx: Tx, writes: readonly Write<Body>[]): Promise<string[]>;
}
