import type { VariantId } from '@mkt/kernel';
import type { Database } from '@mkt/service-kit';

export interface VariantAvailability {
  readonly variantId: VariantId;
  readonly available: number;
  readonly backorder: boolean;
}

/** Over all locations; variants that products no longer have are left out. */
export function readAvailability(
  db: Database,
  variantIds: readonly VariantId[],
): Promise<VariantAvailability[]> {
  return db.query<VariantAvailability & { [column: string]: unknown }>(
    `SELECT variant_id AS "variantId", sum(stocked - reserved)::int AS available,
            bool_or(policy = 'continue') AS backorder
     FROM stock_levels WHERE variant_id = ANY ($1::uuid[]) AND active GROUP BY variant_id`,
    [variantIds],
  );
}
