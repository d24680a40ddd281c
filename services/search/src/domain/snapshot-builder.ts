import { ByteReader, MalformedBytes } from './bytes.ts';
import { Catalogue } from './catalogue.ts';
import type { Entry } from './entry.ts';
import { type TermEntry, unpackTerms } from './postings.ts';
import { FORMAT_VERSION, FRAME } from './snapshot-format.ts';
import { ANALYSIS_VERSION } from './tokenise.ts';

/** The index inside a snapshot. */
export interface Restored {
  readonly catalogue: Catalogue;
  readonly tombstones: Map<string, number>;
}

/** The snapshot is sound, but of a version that means something else. */
export class OutdatedSnapshot extends Error {}

/** Makes an index of a snapshot's frames; throws on anything that a writer would not write. */
export class SnapshotBuilder implements Restored {
  readonly catalogue = new Catalogue();
  readonly tombstones = new Map<string, number>();
  /** The catalogue's ids by the snapshot's; none where the snapshot has a hole. */
  private readonly terms: (number | undefined)[] = [];
  private readonly vendors: (readonly [id: string, name: string])[] = [];
  private readonly types: string[] = [];
  private readonly tags: string[] = [];
  private readonly options: (readonly [name: string, value: string])[] = [];
  /** One record of each kind of frame. */
  private readonly readers: Readonly<Record<number, (from: ByteReader) => void>> = {
    [FRAME.header]: (from) => checkVersions(from.varint(), from.varint()),
    [FRAME.hiddenVendors]: (from) => this.catalogue.setVendorHidden(from.string(), true),
    [FRAME.tombstones]: (from) => this.tombstones.set(from.string(), from.varint()),
    [FRAME.terms]: (from) => this.term(from.string()),
    [FRAME.vendors]: (from) => this.vendors.push([from.string(), from.string()]),
    [FRAME.types]: (from) => this.types.push(from.string()),
    [FRAME.tags]: (from) => this.tags.push(from.string()),
    [FRAME.options]: (from) => this.options.push([from.string(), from.string()]),
    [FRAME.products]: (from) => this.product(from),
    [FRAME.end]: (from) => this.end(from.varint(), from.varint()),
  };
  private lastKind = 0;
  private frames = 0;

  take(kind: number, content: Uint8Array): void {
    const reader = new ByteReader(content);
    if (kind < this.lastKind || (this.lastKind === 0 && kind !== FRAME.header)) {
      throw new MalformedBytes('its parts are out of order');
    }
    this.lastKind = kind;
    this.frames += 1;
    while (!reader.isAtEnd) this.record(kind, reader);
  }

  finish(): void {
    if (this.lastKind !== FRAME.end) throw new MalformedBytes('its end is missing');
  }

  private record(kind: number, reader: ByteReader): void {
    const read = this.readers[kind];
    if (read === undefined) throw new MalformedBytes('it has a part of an unknown kind');
    read(reader);
  }

  private product(reader: ByteReader): void {
    const entry = this.entry(reader);
    if (this.catalogue.slotOf(entry.productId) !== undefined) {
      throw new MalformedBytes('a product comes twice');
    }
    this.catalogue.add(entry, this.termsOf(reader.bytes()));
  }

  private end(products: number, framesBefore: number): void {
    if (products !== this.catalogue.size || framesBefore !== this.frames - 1) {
      throw new MalformedBytes('parts of it are missing');
    }
  }

  private term(term: string): void {
    this.terms.push(term === '' ? undefined : this.catalogue.postings.vocabulary.intern(term));
  }

  /** Fields in the order in which they were written. */
  private entry(reader: ByteReader): Entry {
    const productId = reader.string();
    const version = reader.varint();
    const [vendorId, vendorName] = item(this.vendors, reader.varint());
    const type = reader.varint();
    const priceMinor = reader.varint();
    const compareAt = reader.varint();
    return {
      productId,
      version,
      vendorId,
      vendorName,
      type: type === 0 ? '' : item(this.types, type - 1),
      priceMinor,
      compareAtMinor: compareAt === 0 ? Number.NaN : compareAt - 1,
      currency: reader.varint(),
      publishedAtMs: reader.varint(),
      rating: reader.varint(),
      ratingCount: reader.varint(),
      inStock: reader.byte() === 1,
      tags: list(reader, this.tags),
      options: list(reader, this.options),
      card: reader.bytes(),
    };
  }

  private termsOf(list: Uint8Array): TermEntry[] {
    const found: TermEntry[] = [];
    for (const [id, impact] of unpackTerms(list)) found.push([item(this.terms, id), impact]);
    return found;
  }
}

function checkVersions(format: number, analysis: number): void {
  if (format !== FORMAT_VERSION) {
    throw new OutdatedSnapshot(
      `The snapshot has format ${format}, this version reads ${FORMAT_VERSION}. Rebuild the index.`,
    );
  }
  if (analysis !== ANALYSIS_VERSION) {
    throw new OutdatedSnapshot('The snapshot was made by other rules of words. Rebuild the index.');
  }
}

function list<T>(reader: ByteReader, from: readonly T[]): T[] {
  const found: T[] = [];
  for (let left = reader.varint(); left > 0; left -= 1) found.push(item(from, reader.varint()));
  return found;
}

function item<T>(from: readonly (T | undefined)[], at: number): T {
  const found = from[at];
  if (found === undefined) throw new MalformedBytes('it refers to what it does not contain');
  return found;
}
