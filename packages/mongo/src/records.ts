import { assert, type VendorId } from '@mkt/kernel';
import type { CollectionSpec, FieldValue, Stored } from '@mkt/service-kit';

/** The fields that a document is found by, beside its body. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** What a write replaces: all of a document that changes. */
export interface Content<Body> {
  readonly version: number;
  readonly body: Body;
  readonly fields: Fields;
  /** One entry for each unique key; absent where there is none, so that the index skips it. */
  readonly keys?: readonly string[];
  readonly updatedAt: Date;
}

/** The transaction that wrote a document, until it is known everywhere what became of it. */
export interface Intent<Body> {
  readonly tx: string;
  /** What the document is if that transaction did not commit; null where it is not there then. */
  readonly before: Content<Body> | null;
}

/**
 * A document as MongoDB holds it. With an intent its content counts only if the transaction of the
 * intent has committed; without one it counts. `keys` then holds the keys of both contents.
 */
export interface DocumentRecord<Body> extends Content<Body> {
  readonly _id: string;
  readonly vendorId: VendorId;
  readonly inDoubt?: true;
  readonly intent?: Intent<Body>;
}

/** Which of two contents counts, and as what it is read. Undefined where there is no document. */
export function readAs<Body>(
  { _id, vendorId, intent, ...now }: DocumentRecord<Body>,
  hasCommitted: (tx: string) => boolean,
): Stored<Body> | undefined {
  const content = intent && !hasCommitted(intent.tx) ? intent.before : now;
  if (!content) return undefined;
  return { id: _id, vendorId, version: content.version, body: content.body };
}

/** The content of a record on its own, as it becomes another's `before`. */
export function contentOf<Body>({
  version,
  body,
  fields,
  keys,
  updatedAt,
}: DocumentRecord<Body> | Content<Body>): Content<Body> {
  return { version, body, fields, updatedAt, ...(keys ? { keys } : {}) };
}

/** A body as every store gives it back: through JSON, as it goes over the wire. */
export function plainBody<Body>(body: Body): Body {
  return JSON.parse(JSON.stringify(body)) as Body;
}

const readers = { text: String, number: Number, boolean: Boolean } as const;

export function fieldsOf(spec: CollectionSpec, body: unknown): Fields {
  const fields: Record<string, FieldValue> = {};
  for (const [name, type] of Object.entries(spec.fields)) {
    const value = (body as Record<string, unknown>)[name];
    if (value !== undefined && value !== null) fields[name] = readers[type](value);
  }
  return fields;
}

/** A value as it is looked for in a declared field. */
export function fieldValue(spec: CollectionSpec, field: string, value: FieldValue): FieldValue {
  const type = spec.fields[field];
  assert(type, `${spec.name} has no declared field ${field}`);
  return readers[type](value);
}

/** Entries of the unique index: a key that lacks one of its fields does not bind the document. */
export function keysOf(spec: CollectionSpec, vendorId: VendorId, fields: Fields): string[] {
  return Object.entries(spec.uniqueKeys ?? {}).flatMap(([name, over]) => {
    const values = over.map((field) => fields[field]);
    return values.includes(undefined) ? [] : [JSON.stringify([name, vendorId, ...values])];
  });
}

/** The name of the unique key of an entry. */
export function keyNameOf(entry: string): string {
  return (JSON.parse(entry) as string[])[0] ?? '';
}

export function withKeys(keys: readonly string[]): { readonly keys?: readonly string[] } {
  return keys.length > 0 ? { keys } : {};
}
