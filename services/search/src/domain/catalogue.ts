import { Columns, currencyCode, NO_TYPE } from './columns.ts';
import { decodeCard, type Entry } from './entry.ts';
import { ListPool } from './list-pool.ts';
import { Postings } from './postings.ts';
import { priceStep } from './price-steps.ts';
import type { SearchHit } from './types.ts';
import { OptionDictionary, ValueDictionary, valueKey } from './value-dictionary.ts';

const words = (size: number) => new Uint32Array(size);
const bytes = (size: number) => new Uint8Array(size);

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
  readonly tagsOf = new ListPool<Uint32Array<ArrayBuffer>>(words);
  readonly optionsOf = new ListPool<Uint32Array<ArrayBuffer>>(words);
  readonly cards = new ListPool<Uint8Array<ArrayBuffer>>(bytes);
  readonly postings = new Postings();
  readonly hiddenVendors = new Set<string>();
  visibleCount = 0;
  private readonly slots = new Map<string, number>();
  private readonly freeSlots: number[] = [];
  /** Visible products by currency. */
  private readonly currencies = new Map<number, number>();

  get size(): number {
    return this.slots.size;
  }

  /** One past the highest slot. */
  get top(): number {
    return this.ids.length;
  }

  slotOf(productId: string): number | undefined {
    return this.slots.get(productId);
  }

  /** Stores a product that is not stored yet. */
  add(entry: Entry): void {
    const slot = this.freeSlots.pop() ?? this.ids.length;
    this.columns.reserve(slot + 1);
    this.ids[slot] = entry.productId;
    this.slots.set(entry.productId, slot);
    this.fillColumns(slot, entry);
    this.tagsOf.set(
      slot,
      entry.tags.map((tag) => this.tags.retain(valueKey(tag), tag)),
    );
    this.optionsOf.set(
      slot,
      entry.options.map(([name, value]) => this.options.retain(name, value)),
    );
    this.cards.set(slot, entry.card);
    this.postings.add(slot, entry.terms);
    this.setVisible(slot, !this.hiddenVendors.has(entry.vendorId));
  }

  remove(slot: number): void {
    this.setVisible(slot, false);
    this.postings.remove(slot);
    this.vendors.release(this.columns.vendor[slot] as number);
    const type = this.columns.type[slot] as number;
    if (type !== NO_TYPE) this.types.release(type);
    for (const tag of this.tagsOf.view(slot)) this.tags.release(tag);
    for (const option of this.optionsOf.view(slot)) this.options.release(option);
    this.tagsOf.clear(slot);
    this.optionsOf.clear(slot);
    this.cards.clear(slot);
    this.slots.delete(this.ids[slot] as string);
    this.ids[slot] = '';
    this.freeSlots.push(slot);
  }

  setPrice(slot: number, price: Pick<Entry, 'priceMinor' | 'compareAtMinor' | 'currency'>): void {
    const { columns } = this;
    const wasVisible = columns.visible[slot] === 1;
    // Counted by currency while visible.
    this.setVisible(slot, false);
    columns.priceMinor[slot] = price.priceMinor;
    columns.compareAtMinor[slot] = price.compareAtMinor;
    columns.currency[slot] = price.currency;
    columns.priceStep[slot] = priceStep(price.priceMinor);
    this.setVisible(slot, wasVisible);
  }

  setVendorHidden(vendorId: string, hidden: boolean): void {
    if (hidden) this.hiddenVendors.add(vendorId);
    else this.hiddenVendors.delete(vendorId);
    const vendor = this.vendors.find(vendorId);
    if (vendor < 0) return;
    for (let slot = 0; slot < this.top; slot += 1) {
      if (this.columns.vendor[slot] !== vendor || this.ids[slot] === '') continue;
      this.setVisible(slot, !hidden);
    }
  }

  /** What most visible products are priced in. */
  mainCurrency(): number {
    let main = -1;
    let most = 0;
    for (const [currency, count] of this.currencies) {
      if (count > most || (count === most && currency < main)) {
        main = currency;
        most = count;
      }
    }
    return main;
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
      inStock: columns.inStock[slot] === 1,
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
    columns.inStock[slot] = entry.inStock ? 1 : 0;
    columns.visible[slot] = 0;
  }

  /** Keeps the totals of the whole catalogue right with it. */
  private setVisible(slot: number, visible: boolean): void {
    const { columns } = this;
    if ((columns.visible[slot] === 1) === visible) return;
    const step = visible ? 1 : -1;
    columns.visible[slot] = visible ? 1 : 0;
    this.visibleCount += step;
    shift(this.vendors, columns.vendor[slot] as number, step);
    const type = columns.type[slot] as number;
    if (type !== NO_TYPE) shift(this.types, type, step);
    for (const tag of this.tagsOf.view(slot)) shift(this.tags, tag, step);
    for (const option of this.optionsOf.view(slot)) shift(this.options.values, option, step);
    const currency = columns.currency[slot] as number;
    const count = (this.currencies.get(currency) ?? 0) + step;
    if (count === 0) this.currencies.delete(currency);
    else this.currencies.set(currency, count);
  }
}

function shift(dictionary: ValueDictionary, id: number, step: number): void {
  dictionary.visible[id] = (dictionary.visible[id] as number) + step;
}
