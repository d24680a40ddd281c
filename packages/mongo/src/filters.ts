import { assert } from '@mkt/kernel';
import {
  type CollectionSpec,
  type Documents,
  type FieldValue,
  type Find,
  type ReadAt,
  type Scope,
  type Stored,
  vendorOf,
} from '@mkt/service-kit';
import type { Document, Filter } from 'mongodb';
import { fieldsOf, fieldValue } from './records.ts';

export type Query = Pick<Find, 'where' | 'vendorId'>;

export function scopeOf(at: ReadAt): Scope {
  return 'query' in at ? at.scope : at;
}

/**
 * The one place that keeps vendors apart: every filter of a read goes through here. MongoDB has no
 * policies, so what a vendor's scope must not see has to be left out of every question.
 */
export function scoped(at: ReadAt, filter: Document): Filter<Document> {
  const own = vendorOf(scopeOf(at));
  return own === null ? filter : { $and: [{ vendorId: own }, filter] };
}

/** Each wanted field with the values that do. */
function wantedOf(spec: CollectionSpec, where: Query['where']): [string, FieldValue[]][] {
  return Object.entries(where ?? {}).map(([field, wanted]) => {
    const values: readonly FieldValue[] = Array.isArray(wanted) ? wanted : [wanted as FieldValue];
    assert(spec.fields[field], `${spec.name} has no declared field ${field}`);
    return [field, values.map((value) => fieldValue(spec, field, value))];
  });
}

/** What the copies of the declared fields have to be. */
export function fieldConditions(spec: CollectionSpec, where: Query['where']): Document {
  const wanted = wantedOf(spec, where);
  return Object.fromEntries(wanted.map(([field, values]) => [`fields.${field}`, { $in: values }]));
}

/**
 * Documents that match, and all those in doubt beside them: what these are read as is not what the
 * index says. Each branch has an index that ends with the id, so the order needs no sorting.
 */
export function matching(spec: CollectionSpec, query: Query, range: Document = {}): Document {
  const common = {
    ...(query.vendorId === undefined ? {} : { vendorId: query.vendorId }),
    ...range,
  };
  const fields = fieldConditions(spec, query.where);
  if (Object.keys(fields).length === 0) return common;
  return {
    $or: [
      { ...fields, ...common },
      { inDoubt: true, ...common },
    ],
  };
}

/** Whether a document, read as what it is, matches: decides for those in doubt. */
export function matches<Body>(spec: CollectionSpec, query: Query, document: Stored<Body>): boolean {
  if (query.vendorId !== undefined && document.vendorId !== query.vendorId) return false;
  const fields = fieldsOf(spec, document.body);
  return wantedOf(spec, query.where).every(([field, values]) => {
    const value = fields[field];
    return value !== undefined && values.includes(value);
  });
}

export type FindPage = Parameters<Documents<unknown>['find']>[1];
