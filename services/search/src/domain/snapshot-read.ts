import { err, ok, type Result } from '@mkt/kernel';
import { ByteReader, MalformedBytes } from './bytes.ts';
import { Catalogue } from './catalogue.ts';
import type { Entry } from './entry.ts';
import { type TermEntry, unpackTerms } from './postings.ts';
import { FORMAT_VERSION, ForeignBytes, FRAME, FrameReader } from './snapshot-format.ts';
import { ANALYSIS_VERSION } from './tokenise.ts';
import type { SnapshotRefusal } from './types.ts';

export interface Restored {
  readonly catalogue: Catalogue;
  readonly tombstones: Map<string, number>;
}

class OutdatedSnapshot extends Error {}

/** Rebuilds an index from its snapshot, or says why that is impossible. */
export async function readSnapshot(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<Result<Restored, SnapshotRefusal>> {
  const frames = new FrameReader();
  const builder = new SnapshotBuilder();
  const attempt = (work: () => void) => refusalOf(work);
  for await (const chunk of source) {
    const refusal = attempt(() => {
      for (const { kind, content } of frames.push(chunk)) builder.take(kind, content);
    });
    if (refusal !== undefined) return err(refusal);
  }
  const refusal = attempt(() => {
    frames.finish();
    builder.finish();
  });
  return refusal === undefined ? ok(builder) : err(refusal);
}

function refusalOf(work: () => void): SnapshotRefusal | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof ForeignBytes) {
      return { code: 'SNAPSHOT_FOREIGN', detail: 'This is no snapshot of a search index.' };
    }
    if (error instanceof OutdatedSnapshot) {
      return { code: 'SNAPSHOT_OUTDATED', detail: error.message };
    }
    if (error instanceof MalformedBytes) {
      const detail = `The snapshot is damaged: ${error.message}. Rebuild the index.`;
      return { code: 'SNAPSHOT_DAMAGED', detail };
    }
    throw error;
  }
}

class SnapshotBuilder implements Restored {
  readonly catalogue = new Catalogue();
  readonly tombstones = new Map<string, number>();
  /** The catalogue's ids by the snapshot's; none where the snapshot has a hole. */
  private readonly terms: (number | undefined)[] = [];
  private readonly vendors: (readonly [id: string, name: string])[] = [];
  private readonly types: string[] = [];
  private readonly tags: string[] = [];
  private readonly options: (readonly [name: string, value: string])[] = [];
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
    switch (kind) {
      case FRAME.header:
        return checkVersions(reader.varint(), reader.varint());
      case FRAME.hiddenVendors:
        return this.catalogue.setVendorHidden(reader.string(), true);
      case FRAME.tombstones:
        this.tombstones.set(reader.string(), reader.varint());
        return;
      case FRAME.terms:
        return this.term(reader.string());
      case FRAME.vendors:
        this.vendors.push([reader.string(), reader.string()]);
        return;
      case FRAME.types:
        this.types.push(reader.string());
        return;
      case FRAME.tags:
        this.tags.push(reader.string());
        return;
      case FRAME.options:
        this.options.push([reader.string(), reader.string()]);
        return;
      case FRAME.products:
        return this.product(reader);
      case FRAME.end:
        return this.end(reader.varint(), reader.varint());
      default:
        throw new MalformedBytes('it has a part of an unknown kind');
    }
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
