import type { ProductSnapshot } from '@mkt/contracts';
import type { ProductId, VendorId } from '@mkt/kernel';
import type { Database, Row, Tx } from '@mkt/service-kit';
import type { IndexedProduct } from '../domain/index.ts';

type Statements = Pick<Tx, 'query'>;

interface Price {
  readonly currency: string;
  readonly priceMinor: number;
  readonly compareAtMinor: number | null;
}
interface Rating {
  readonly average: number;
  readonly count: number;
}

/** A product as it should stand in the index; without a document it should not be there. */
export interface Entry {
  readonly productId: string;
  readonly changedSeq: number;
  readonly document: IndexedProduct | null;
}

const next = `nextval('changes')`;

/** Keeps the newest of what was told about one side of a product. */
async function put(
  tx: Statements,
  side: 'product' | 'price' | 'rating',
  key: { readonly productId: string; readonly vendorId: string; readonly version: number },
  value: unknown,
): Promise<boolean> {
  const saved = await tx.query(
    `INSERT INTO entries AS e (product_id, vendor_id, ${side}, ${side}_version, changed_seq)
     VALUES ($1, $2, $3, $4, ${next})
     ON CONFLICT (product_id) DO UPDATE SET ${side} = excluded.${side},
       ${side}_version = excluded.${side}_version, changed_seq = excluded.changed_seq
     WHERE e.${side}_version < excluded.${side}_version RETURNING 1`,
    [key.productId, key.vendorId, JSON.stringify(value), key.version],
  );
  return saved.length > 0;
}

export function putProduct(tx: Statements, product: ProductSnapshot): Promise<boolean> {
  return put(tx, 'product', product, product);
}

export function putPrice(
  tx: Statements,
  key: { productId: ProductId; vendorId: VendorId; version: number },
  price: Price,
): Promise<boolean> {
  return put(tx, 'price', key, price);
}

export function putRating(
  tx: Statements,
  key: { productId: ProductId; vendorId: VendorId; version: number },
  rating: Rating,
): Promise<boolean> {
  return put(tx, 'rating', key, rating);
}

export async function putAvailability(
  tx: Statements,
  stock: {
    readonly variantId: string;
    readonly productId: string;
    readonly vendorId: string;
    readonly available: number;
    readonly version: number;
  },
): Promise<boolean> {
  const saved = await tx.query(
    `INSERT INTO availability AS a (variant_id, product_id, vendor_id, available, version)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (variant_id) DO UPDATE SET available = excluded.available,
       version = excluded.version WHERE a.version < excluded.version RETURNING 1`,
    [stock.variantId, stock.productId, stock.vendorId, stock.available, stock.version],
  );
  if (saved.length === 0) return false;
  await tx.query(
    `INSERT INTO entries (product_id, vendor_id, changed_seq) VALUES ($1, $2, ${next})
     ON CONFLICT (product_id) DO UPDATE SET changed_seq = excluded.changed_seq`,
    [stock.productId, stock.vendorId],
  );
  return true;
}

/** Learns a vendor's name and whether it is hidden; its entries change with the name. */
export async function putVendor(
  tx: Statements,
  vendor: { vendorId: string; name: string; hidden: boolean; version: number },
): Promise<{ saved: boolean; productIds: string[] }> {
  const saved = await tx.query(
    `INSERT INTO vendors AS v (vendor_id, name, hidden, version) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vendor_id) DO UPDATE SET name = excluded.name, hidden = excluded.hidden,
       version = excluded.version
     WHERE v.version < excluded.version RETURNING 1`,
    [vendor.vendorId, vendor.name, vendor.hidden, vendor.version],
  );
  if (saved.length === 0) return { saved: false, productIds: [] };
  const touched = await tx.query(
    `UPDATE entries SET changed_seq = ${next}
     WHERE vendor_id = $1 AND product IS NOT NULL RETURNING product_id`,
    [vendor.vendorId],
  );
  return { saved: true, productIds: touched.map((row) => row.product_id) };
}

const select = `
  SELECT e.product_id, e.changed_seq, e.product, e.price, e.rating, v.name AS vendor_name,
    (SELECT jsonb_object_agg(a.variant_id, a.available) FROM availability a
     WHERE a.product_id = e.product_id) AS stock
  FROM entries e LEFT JOIN vendors v ON v.vendor_id = e.vendor_id`;

export interface EntryStore {
  byIds(productIds: readonly string[]): Promise<Entry[]>;
  /** Entries changed after a point, oldest change first. */
  changedAfter(seq: number, limit: number): Promise<Entry[]>;
  hiddenVendors(): Promise<string[]>;
  lastSeq(): Promise<number>;
}

export function createEntryStore(db: Database): EntryStore {
  return {
    async byIds(productIds) {
      const rows = await db.query(`${select} WHERE e.product_id = ANY($1)`, [productIds]);
      return rows.map(entryOf);
    },
    async changedAfter(seq, limit) {
      const rows = await db.query(
        `${select} WHERE e.changed_seq > $1 ORDER BY e.changed_seq LIMIT $2`,
        [seq, limit],
      );
      return rows.map(entryOf);
    },
    async hiddenVendors() {
      const rows = await db.query('SELECT vendor_id FROM vendors WHERE hidden');
      return rows.map((row) => row.vendor_id);
    },
    async lastSeq() {
      const [row] = await db.query('SELECT coalesce(max(changed_seq), 0) AS seq FROM entries');
      return row?.seq as number;
    },
  };
}

function entryOf(row: Row): Entry {
  const product = row.product as ProductSnapshot | null;
  const published = product?.status === 'published' && product.variants.length > 0;
  return {
    productId: row.product_id,
    changedSeq: row.changed_seq,
    document: product && published ? documentOf(product, row) : null,
  };
}

function documentOf(product: ProductSnapshot, row: Row): IndexedProduct {
  const price = row.price as Price | null;
  const rating = row.rating as Rating | null;
  const stock = (row.stock ?? {}) as Record<string, number>;
  const lowest = product.variants.reduce((low, one) =>
    one.priceMinor < low.priceMinor ? one : low,
  );
  // Until pricing has told of it, the product's own list price stands.
  const compareAt = price ? price.compareAtMinor : lowest.compareAtMinor;
  return {
    productId: product.productId,
    vendorId: product.vendorId,
    vendorName: row.vendor_name ?? '',
    handle: product.handle,
    title: product.title,
    description: product.descriptionText,
    type: product.type,
    tags: product.tags,
    options: product.options,
    priceMinor: price?.priceMinor ?? lowest.priceMinor,
    ...(compareAt === null ? {} : { compareAtMinor: compareAt }),
    currency: price?.currency ?? product.currency,
    inStock: product.variants.some(
      ({ variantId, inventoryPolicy }) =>
        inventoryPolicy === 'continue' || (stock[variantId] ?? 0) > 0,
    ),
    ratingAverage: rating?.average ?? 0,
    ratingCount: rating?.count ?? 0,
    publishedAt: product.publishedAt ?? product.updatedAt,
    ...(product.imageSrc ? { image: { src: product.imageSrc, alt: product.imageAlt ?? '' } } : {}),
    version: row.changed_seq,
  };
}
