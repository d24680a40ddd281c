import type { Database, Tx } from '@mkt/service-kit';

export interface TaxRate {
  readonly country: string;
  readonly category: string;
  readonly ratePpm: number;
}

/** More than the world has; a bound all the same. */
const mostRates = 5_000;

export function listTaxRates(db: Database, country: string | null): Promise<TaxRate[]> {
  return db.query<TaxRate & { [column: string]: unknown }>(
    `SELECT country, category, rate_ppm AS "ratePpm" FROM tax_rates
     WHERE $1::text IS NULL OR country = $1 ORDER BY country, category LIMIT $2`,
    [country, mostRates],
  );
}

export async function saveTaxRate(tx: Tx, rate: TaxRate): Promise<void> {
  await tx.query(
    `INSERT INTO tax_rates (country, category, rate_ppm) VALUES ($1, $2, $3)
     ON CONFLICT (country, category) DO UPDATE SET rate_ppm = excluded.rate_ppm`,
    [rate.country, rate.category, rate.ratePpm],
  );
}
