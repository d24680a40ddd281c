import type { ProductId, VendorId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';

/** What is shown with a product but belongs to others. */
export interface Surroundings {
  readonly vendor: {
    readonly name: string;
    readonly slug: string;
    readonly version: number;
  } | null;
  /** Its vendor is approved, and not suspended: the public may see what it publishes. */
  readonly open: boolean;
  readonly rating: { readonly average: number; readonly count: number };
}

export const nothingAround: Surroundings = {
  vendor: null,
  open: false,
  rating: { average: 0, count: 0 },
};

interface SurroundingsRow {
  readonly [column: string]: unknown;
  readonly productId: string;
  readonly name: string | null;
  readonly slug: string | null;
  readonly status: string | null;
  readonly version: number | null;
  readonly average: number | null;
  readonly count: number | null;
}

/** Vendors and ratings of some products, in one statement. */
export async function readSurroundings(
  { query }: Pick<Database | Tx, 'query'>,
  products: readonly { readonly id: ProductId; readonly vendorId: VendorId }[],
): Promise<Map<string, Surroundings>> {
  if (products.length === 0) return new Map();
  const rows = await query<SurroundingsRow>(
    `SELECT p.product_id AS "productId", v.name, v.slug, v.status, v.version, r.average, r.count
     FROM unnest($1::uuid[], $2::uuid[]) AS p(product_id, vendor_id)
     LEFT JOIN vendors v USING (vendor_id) LEFT JOIN ratings r USING (product_id)`,
    [products.map(({ id }) => id), products.map(({ vendorId }) => vendorId)],
  );
  return new Map(rows.map((row) => [row.productId, surroundingsOf(row)]));
}

function surroundingsOf(row: SurroundingsRow): Surroundings {
  const { name, slug, version } = row;
  return {
    vendor: name !== null && slug !== null && version !== null ? { name, slug, version } : null,
    open: row.status === 'approved',
    rating: { average: row.average ?? 0, count: row.count ?? 0 },
  };
}
