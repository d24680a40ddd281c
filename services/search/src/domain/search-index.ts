import { err, ok, type Result } from '@mkt/kernel';
import { put } from './bits.ts';
import { Catalogue } from './catalogue.ts';
import { currencyNumber } from './columns.ts';
import { isAmount, isRating, toEntry } from './entry.ts';
import { LIMITS } from './limits.ts';
import { priceStep } from './price-steps.ts';
import { Searcher } from './searcher.ts';
import { readSnapshot } from './snapshot-read.ts';
import { writeSnapshot } from './snapshot-write.ts';
import { suggest } from './suggest.ts';
import type {
  IndexedProduct,
  IndexRefusal,
  SearchHit,
  SearchQuery,
  SearchResult,
  SnapshotRefusal,
  Suggestion,
  UpsertResult,
} from './types.ts';

export type UpdateResult = Result<'applied' | 'unknown', IndexRefusal>;

export interface ProductPrice {
  readonly priceMinor: number;
  readonly compareAtMinor?: number;
  readonly currency: string;
}

export interface IndexStats {
  readonly products: number;
  readonly visibleProducts: number;
  readonly terms: number;
  /** Goes up with every change. */
  readonly revision: number;
}

/**
 * Published products, searchable. An instance shares nothing with another: rebuild by filling a
 * second one and using it from then on.
 */
export class SearchIndex {
  private readonly catalogue: Catalogue;
  private readonly tombstones: Map<string, number>;
  private readonly searcher: Searcher;
  private revision = 0;

  constructor(content: { catalogue: Catalogue; tombstones: Map<string, number> } = empty()) {
    this.catalogue = content.catalogue;
    this.tombstones = content.tombstones;
    this.searcher = new Searcher(this.catalogue);
  }

  /** The index of a snapshot. A refusal means: rebuild it. Errors of the source are thrown. */
  static async restore(
    source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<Result<SearchIndex, SnapshotRefusal>> {
    const restored = await readSnapshot(source);
    return restored.ok ? ok(new SearchIndex(restored.value)) : restored;
  }

  /** The index as of this call, to be written piece by piece while it goes on changing. */
  snapshot(): Iterable<Uint8Array> {
    return writeSnapshot(this.catalogue, this.tombstones);
  }

  get size(): number {
    return this.catalogue.size;
  }

  stats(): IndexStats {
    return {
      products: this.catalogue.size,
      visibleProducts: this.catalogue.totals.products,
      terms: this.catalogue.postings.vocabulary.size,
      revision: this.revision,
    };
  }

  /** What the index holds of a product, hidden or not: to carry stock and rating over. */
  get(productId: string): SearchHit | undefined {
    const slot = this.catalogue.slotOf(productId);
    return slot === undefined ? undefined : this.catalogue.hit(slot);
  }

  /** Stores a newer version. The same version again changes nothing, so events may repeat. */
  upsert(product: IndexedProduct): UpsertResult {
    const { catalogue } = this;
    const slot = catalogue.slotOf(product.productId);
    const known = slot === undefined ? this.tombstones.get(product.productId) : this.version(slot);
    if (known !== undefined && product.version <= known) return ok('stale');
    const entry = toEntry(product);
    if (!entry.ok) return entry;
    if (slot === undefined && this.isFull()) {
      return err({ code: 'INDEX_FULL', detail: `An index holds ${LIMITS.slots} products.` });
    }
    if (slot !== undefined) catalogue.remove(slot);
    catalogue.add(entry.value, catalogue.postings.intern(entry.value.terms));
    this.tombstones.delete(product.productId);
    this.revision += 1;
    return ok('applied');
  }

  /**
   * Takes a product out, unless the index has a newer version than the one removed. Its version
   * is remembered, so that a late event cannot bring it back. True when it was there.
   */
  remove(productId: string, version?: number): boolean {
    const slot = this.catalogue.slotOf(productId);
    if (slot === undefined) {
      if (version !== undefined) this.bury(productId, version);
      return false;
    }
    const current = this.version(slot);
    if (version !== undefined && version < current) return false;
    this.catalogue.remove(slot);
    this.bury(productId, version ?? current);
    this.revision += 1;
    return true;
  }

  setStock(productId: string, inStock: boolean): UpdateResult {
    return this.update(productId, (slot) => {
      put(this.catalogue.inStock, slot, inStock);
    });
  }

  setRating(productId: string, rating: { average: number; count: number }): UpdateResult {
    if (!isRating(rating.average, rating.count)) return invalid('a rating');
    return this.update(productId, (slot) =>
      this.catalogue.revise(slot, (columns) => {
        columns.rating[slot] = Math.round(rating.average * 100);
        columns.ratingCount[slot] = rating.count;
      }),
    );
  }

  setPrice(productId: string, price: ProductPrice): UpdateResult {
    const { priceMinor, compareAtMinor } = price;
    const currency = currencyNumber(price.currency);
    const amounts = [priceMinor, compareAtMinor ?? 0];
    if (currency < 0 || !amounts.every(isAmount)) return invalid('a price');
    return this.update(productId, (slot) =>
      this.catalogue.revise(slot, (columns) => {
        columns.priceMinor[slot] = priceMinor;
        columns.compareAtMinor[slot] = compareAtMinor ?? Number.NaN;
        columns.currency[slot] = currency;
        columns.priceStep[slot] = priceStep(priceMinor);
      }),
    );
  }

  /** Keeps a vendor's products, present and future, out of every answer until it is undone. */
  setVendorHidden(vendorId: string, hidden: boolean): void {
    this.catalogue.setVendorHidden(vendorId, hidden);
    this.revision += 1;
  }

  search(query: SearchQuery): SearchResult {
    return this.searcher.search(query);
  }

  suggest(prefix: string, limit = 8): Suggestion[] {
    return suggest(this.catalogue, this.searcher, { prefix, limit });
  }

  private update(productId: string, change: (slot: number) => void): UpdateResult {
    const slot = this.catalogue.slotOf(productId);
    if (slot === undefined) return ok('unknown');
    change(slot);
    this.revision += 1;
    return ok('applied');
  }

  private version(slot: number): number {
    return this.catalogue.columns.version[slot] as number;
  }

  /** A product adds fewer new terms than the margin. */
  private isFull(): boolean {
    const { size, postings } = this.catalogue;
    return size >= LIMITS.slots || postings.vocabulary.terms.length > LIMITS.terms - 10_000;
  }

  private bury(productId: string, version: number): void {
    const before = this.tombstones.get(productId) ?? version;
    this.tombstones.delete(productId);
    this.tombstones.set(productId, Math.max(before, version));
    if (this.tombstones.size <= LIMITS.tombstones) return;
    const oldest = this.tombstones.keys().next().value;
    if (oldest !== undefined) this.tombstones.delete(oldest);
  }
}

const empty = () => ({ catalogue: new Catalogue(), tombstones: new Map<string, number>() });

const invalid = (what: string) =>
  err<IndexRefusal>({ code: 'INVALID_DOCUMENT', detail: `That is not ${what}.` });
