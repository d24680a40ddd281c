import type { productStatuses } from '@mkt/contracts';
import type { CurrencyCode, VariantId } from '@mkt/kernel';

export type ProductStatus = (typeof productStatuses)[number];

export interface Variant {
  /** Stays with the variant over edits and imports: carts, stock and orders point at it. */
  readonly id: VariantId;
  /** One per option of the product, in their order. */
  readonly optionValues: readonly string[];
  readonly sku: string | null;
  readonly barcode: string | null;
  readonly priceMinor: number;
  readonly compareAtMinor: number | null;
  /** Whether stock is counted; where it is not, the variant can always be bought. */
  readonly stockCounted: boolean;
  readonly inventoryPolicy: 'deny' | 'continue';
  readonly grams: number;
  readonly weightUnit: 'g' | 'kg' | 'lb' | 'oz';
  readonly requiresShipping: boolean;
  readonly taxable: boolean;
  readonly imageSrc: string | null;
}

/** A variant as somebody describes it: which one of the product's it is, is found out. */
export type VariantInput = Omit<Variant, 'id'> & { readonly id?: VariantId | undefined };

export interface ProductImage {
  readonly src: string;
  readonly alt: string;
}

/** What the vendor says about a product. */
export interface Content {
  /** Names the product within its vendor's catalogue. */
  readonly handle: string;
  readonly title: string;
  /** Safe to show: rebuilt from an allow-list of tags. */
  readonly descriptionHtml: string;
  readonly brand: string;
  readonly type: string;
  readonly tags: readonly string[];
  /** Names of the options, at most three. */
  readonly options: readonly string[];
  readonly variants: readonly Variant[];
  /** The first one stands for the product. */
  readonly images: readonly ProductImage[];
  readonly seo: { readonly title: string; readonly description: string };
  readonly taxCategory: string | null;
  /** Whether approval puts the product on sale, or the vendor does so later. */
  readonly publishOnApproval: boolean;
}

export type ContentInput = Omit<Content, 'variants'> & {
  readonly variants: readonly VariantInput[];
};

/** A product as it is stored; its id, vendor and version are the store's. */
export interface Product extends Content {
  readonly status: ProductStatus;
  readonly currency: CurrencyCode;
  /** Why an operator asked for changes or rejected it, until it is submitted again. */
  readonly reviewNote: string | null;
  readonly submittedAt: string | null;
  readonly publishedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const maxVariants = 100;
export const maxOptions = 3;
