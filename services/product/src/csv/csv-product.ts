import type { CurrencyCode } from '@mkt/kernel';

export type InventoryPolicy = 'deny' | 'continue';
export type WeightUnit = 'g' | 'kg' | 'lb' | 'oz';
export type CsvStatus = 'active' | 'draft' | 'archived';

/** A product as Shopify's product CSV can say it: the language of import and export. */
export interface CsvProduct {
  readonly handle: string;
  readonly title: string;
  /** Rebuilt from an allow-list of tags: safe to show as it is. */
  readonly descriptionHtml: string;
  readonly vendorName: string;
  readonly type: string;
  readonly tags: readonly string[];
  readonly published: boolean;
  readonly status: CsvStatus;
  /** Option names, at most three; none for a product that comes in one form only. */
  readonly options: readonly string[];
  readonly variants: readonly CsvVariant[];
  /** In the order of their positions, which run from 1 without gaps. */
  readonly images: readonly CsvImage[];
  readonly seo: { readonly title: string; readonly description: string };
  readonly taxCode: string | null;
}

export interface CsvVariant {
  /** One per option, in the order of the product's options. */
  readonly optionValues: readonly string[];
  readonly sku: string | null;
  readonly barcode: string | null;
  readonly priceMinor: number;
  readonly compareAtMinor: number | null;
  /** Null when the stock of the variant is not counted. */
  readonly inventoryQuantity: number | null;
  /** For a writer that does not know the stock: it is counted, whatever it is. */
  readonly stockCounted?: boolean;
  readonly inventoryPolicy: InventoryPolicy;
  readonly grams: number;
  /** The unit the vendor thinks in; `grams` is the weight whatever the unit. */
  readonly weightUnit: WeightUnit;
  readonly requiresShipping: boolean;
  readonly taxable: boolean;
  readonly imageSrc: string | null;
}

export interface CsvImage {
  /** An http(s) address, or a `/media/` path of this marketplace. */
  readonly src: string;
  readonly position: number;
  readonly alt: string;
}

/** What is wrong with one place of the file, and what to do about it. */
export interface RowProblem {
  /** Line of the file where the row starts, counted from 1 as editors do. */
  readonly line: number;
  /** Null when the whole row or the whole file is meant. */
  readonly column: string | null;
  /** What stands there, cut to 80 characters. */
  readonly value?: string;
  /** Stable, for machines: `PRICE_INVALID`. */
  readonly code: string;
  readonly problem: string;
  readonly remedy: string;
}

export type CsvItem =
  | {
      readonly kind: 'product';
      readonly product: CsvProduct;
      readonly rows: { readonly first: number; readonly last: number };
    }
  | { readonly kind: 'problem'; readonly problem: RowProblem };

export interface ReadOptions {
  /** The file names no currency: its prices are in the vendor's. */
  readonly currency: CurrencyCode;
  readonly maxRows?: number;
  readonly maxErrors?: number;
  /** Counted up while reading. */
  readonly tally?: ReadTally;
}

/** What a reader came by so far. */
export interface ReadTally {
  /** Rows below the first line, without empty ones. */
  rows: number;
  /** Products left out because of a problem in their rows. */
  skipped: number;
}
