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
}

/**
 * Documents of one collection. The scope is a required argument of every operation: within a
 * vendor's scope other vendors' documents do not exist. No query language beyond equality, so that
 * every store can prove it.
 */
export interface Documents<Body> {
  get(scope: Scope, id: string): Promise<Stored<Body> | undefined>;
  getMany(scope: Scope, ids: readonly string[]): Promise<Stored<Body>[]>;
  find(scope: Scope, query: Find): Promise<Stored<Body>[]>;
  count(scope: Scope, where: Find['where']): Promise<number>;
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
}
