import { type Bits, bitsFor, has, put } from './bits.ts';
import { Columns, currencyCode, NO_TYPE } from './columns.ts';
import { decodeCard, type Entry } from './entry.ts';
import { enlarged, ListPool } from './list-pool.ts';
import { Postings, type TermEntry } from './postings.ts';
import { priceStep } from './price-steps.ts';
import { bump, Totals } from './totals.ts';
import type { SearchHit } from './types.ts';
import { OptionDictionary, ValueDictionary, valueKey } from './value-dictionary.ts';
import { ValueLists } from './value-lists.ts';

/**
 * The products, column by column. A product has a slot: a small number under which every column
 * and list knows it. Slots are reused and mean nothing outside.
 */
export class Catalogue {
  readonly columns = new Columns();
  readonly ids: string[] = [];
  readonly vendors = new ValueDictionary();
  readonly types = new ValueDictionary();
  readonly tags = new ValueDictionary();
  readonly options = new OptionDictionary();
  readonly tagLists = new ValueLists(this.columns.capacity);
  readonly optionLists = new ValueLists(this.columns.capacity);
  readonly cards = new ListPool<Uint8Array<ArrayBuffer>>((size) => new Uint8Array(size));
  readonly postings = new Postings();
  readonly hiddenVendors = new Set<string>();
  readonly totals = new Totals();
  /** Slots in use whose vendor is not hidden. */
  visible: Bits = bitsFor(this.columns.capacity);
  inStock: Bits = bitsFor(this.columns.capacity);
  private readonly slots = new Map<string, number>();
  private readonly freeSlots: number[] = [];

  get size(): number {
    return this.slots.size;
  }

  slotOf(productId: string): number | undefined {
    return this.slots.get(productId);
  }

  /** Stores a product that is not stored yet. */
  add(entry: Entry, terms: TermEntry[]): void {
    const slot = this.freeSlots.pop() ?? this.ids.length;
    this.reserve(slot + 1);
    this.ids[slot] = entry.productId;
    this.slots.set(entry.productId, slot);
    this.fillColumns(slot, entry);
    const tags = entry.tags.map((tag) => this.tags.retain(valueKey(tag), tag));
    const options = entry.options.map(([name, value]) => this.options.retain(name, value));
    this.tagLists.set(slot, tags);
    this.optionLists.set(slot, options);
    this.cards.set(slot, entry.card);
    this.postings.add(slot, terms);
    this.setVisible(slot, !this.hiddenVendors.has(entry.vendorId));
  }

  remove(slot: number): void {
    this.setVisible(slot, false);
    this.postings.remove(slot);
    this.vendors.release(this.columns.vendor[slot] as number);
    const type = this.columns.type[slot] as number;
    if (type !== NO_TYPE) this.types.release(type);
    for (const tag of this.tagLists.clear(slot)) this.tags.release(tag);
    for (const option of this.optionLists.clear(slot)) this.options.release(option);
    this.cards.clear(slot);
    this.slots.delete(this.ids[slot] as string);
    this.ids[slot] = '';
    this.freeSlots.push(slot);
  }

  /** Changes what totals are kept of. */
  revise(slot: number, change: (columns: Columns) => void): void {
    const wasVisible = has(this.visible, slot);
    this.setVisible(slot, false);
    change(this.columns);
    this.setVisible(slot, wasVisible);
  }

  setVendorHidden(vendorId: string, hidden: boolean): void {
    if (hidden) this.hiddenVendors.add(vendorId);
    else this.hiddenVendors.delete(vendorId);
    const vendor = this.vendors.find(vendorId);
    if (vendor < 0) return;
    for (let slot = 0; slot < this.ids.length; slot += 1) {
      if (this.columns.vendor[slot] !== vendor || this.ids[slot] === '') continue;
      this.setVisible(slot, !hidden);
    }
  }

  hit(slot: number): SearchHit {
    const { columns } = this;
    const vendor = columns.vendor[slot] as number;
    const type = columns.type[slot] as number;
    const compareAtMinor = columns.compareAtMinor[slot] as number;
    return {
      productId: this.ids[slot] as string,
      vendorId: this.vendors.keys[vendor] as string,
      vendorName: this.vendors.labels[vendor] as string,
      ...decodeCard(this.cards.view(slot)),
      type: type === NO_TYPE ? '' : (this.types.labels[type] as string),
      priceMinor: columns.priceMinor[slot] as number,
      ...(!Number.isNaN(compareAtMinor) && { compareAtMinor }),
      currency: currencyCode(columns.currency[slot] as number),
      inStock: has(this.inStock, slot),
      ratingAverage: (columns.rating[slot] as number) / 100,
      ratingCount: columns.ratingCount[slot] as number,
      publishedAt: new Date(columns.publishedAtMs[slot] as number).toISOString(),
      version: columns.version[slot] as number,
    };
  }

  private fillColumns(slot: number, entry: Entry): void {
    const { columns } = this;
    const vendor = this.vendors.retain(entry.vendorId, entry.vendorName);
    // A vendor that changes its name has the new one everywhere at once.
    this.vendors.labels[vendor] = entry.vendorName;
    columns.vendor[slot] = vendor;
    columns.type[slot] =
      entry.type === '' ? NO_TYPE : this.types.retain(valueKey(entry.type), entry.type);
    columns.version[slot] = entry.version;
    columns.priceMinor[slot] = entry.priceMinor;
    columns.compareAtMinor[slot] = entry.compareAtMinor;
    columns.currency[slot] = entry.currency;
    columns.priceStep[slot] = priceStep(entry.priceMinor);
    columns.publishedAtMs[slot] = entry.publishedAtMs;
    columns.rating[slot] = entry.rating;
    columns.ratingCount[slot] = entry.ratingCount;
    put(this.inStock, slot, entry.inStock);
  }

  /** Keeps the totals of the whole catalogue right with it. */
  private setVisible(slot: number, visible: boolean): void {
    if (has(this.visible, slot) === visible) return;
    put(this.visible, slot, visible);
    const { columns } = this;
    const step = visible ? 1 : -1;
    const stars = Math.floor((columns.rating[slot] as number) / 100);
    const currency = columns.currency[slot] as number;
    this.totals.count({ stars, currency, priceStep: columns.priceStep[slot] as number }, step);
    bump(this.vendors.visible, columns.vendor[slot] as number, step);
    const type = columns.type[slot] as number;
    if (type !== NO_TYPE) bump(this.types.visible, type, step);
    for (const tag of this.tagLists.ofSlot.view(slot)) bump(this.tags.visible, tag, step);
    for (const option of this.optionLists.ofSlot.view(slot)) {
      bump(this.options.values.visible, option, step);
    }
  }

  private reserve(slots: number): void {
    this.columns.reserve(slots);
    if (this.visible.length * 32 >= this.columns.capacity) return;
    this.visible = enlarged(this.visible, bitsFor(this.columns.capacity));
    this.inStock = enlarged(this.inStock, bitsFor(this.columns.capacity));
    this.tagLists.reserve(this.columns.capacity);
    this.optionLists.reserve(this.columns.capacity);
  }
}
