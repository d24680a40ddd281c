import { LIMITS } from './limits.ts';
import { enlarged } from './list-pool.ts';

/** One facet value as shown: clipped, in one line. */
export function valueLabel(text: string): string {
  return text
    .slice(0, LIMITS.labelLength)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** What makes two spellings the same value: 'Red ' and 'red' are one facet. */
export function valueKey(text: string): string {
  return valueLabel(text).toLowerCase().normalize('NFKC');
}

/** The values of one facet, numbered, with how many products and visible products have each. */
export class ValueDictionary {
  readonly keys: string[] = [];
  readonly labels: string[] = [];
  /** Visible products by value: the facet of the whole catalogue, at no cost. */
  visible = new Uint32Array(16);
  private products = new Uint32Array(16);
  private readonly ids = new Map<string, number>();
  private readonly reusable: number[] = [];

  /** One past the highest id. */
  get size(): number {
    return this.keys.length;
  }

  find(key: string): number {
    return this.ids.get(key) ?? -1;
  }

  /** The value's id, held by one more product. */
  retain(key: string, label: string): number {
    const known = this.ids.get(key);
    const id = known ?? this.reusable.pop() ?? this.keys.length;
    if (known === undefined) {
      this.reserve(id + 1);
      this.ids.set(key, id);
      this.keys[id] = key;
      this.labels[id] = label;
    } else if (label < (this.labels[id] as string)) {
      // The least spelling, whatever came first, so that every build shows the same.
      this.labels[id] = label;
    }
    this.products[id] = (this.products[id] as number) + 1;
    return id;
  }

  /** True when no product holds the value any more. */
  release(id: number): boolean {
    const left = (this.products[id] as number) - 1;
    this.products[id] = left;
    if (left > 0) return false;
    this.ids.delete(this.keys[id] as string);
    this.keys[id] = '';
    this.labels[id] = '';
    this.reusable.push(id);
    return true;
  }

  private reserve(size: number): void {
    if (size <= this.products.length) return;
    const room = size + (size >> 1);
    this.products = enlarged(this.products, new Uint32Array(room));
    this.visible = enlarged(this.visible, new Uint32Array(room));
  }
}

const SEPARATOR = '\u0000';

/** Values of options, each belonging to an option's name. */
export class OptionDictionary {
  readonly names = new ValueDictionary();
  readonly values = new ValueDictionary();
  /** By value. */
  nameOf = new Uint32Array(16);

  find(name: string, value: string): number {
    return this.values.find(valueKey(name) + SEPARATOR + valueKey(value));
  }

  retain(name: string, value: string): number {
    const key = valueKey(name) + SEPARATOR + valueKey(value);
    const isNew = this.values.find(key) < 0;
    const id = this.values.retain(key, value);
    if (isNew) {
      if (id >= this.nameOf.length) {
        this.nameOf = enlarged(this.nameOf, new Uint32Array(id + 1 + (id >> 1)));
      }
      this.nameOf[id] = this.names.retain(valueKey(name), name);
    }
    return id;
  }

  release(id: number): void {
    if (this.values.release(id)) this.names.release(this.nameOf[id] as number);
  }
}
