import type { VendorId } from '@mkt/kernel';
import type { Row } from '@mkt/service-kit';
import type { CommissionRule } from '../domain/commission-rules.ts';
import type { Sql } from './ledger.ts';

/** One version of the rules of the marketplace (no vendor) or of one vendor. */
export interface RuleSet {
  readonly id: string;
  readonly vendorId: VendorId | null;
  /** Null takes a vendor back to the default. */
  readonly rules: readonly CommissionRule[] | null;
  readonly includeShipping: boolean | null;
  readonly taxPpm: number | null;
  readonly validFrom: Date;
  readonly version: number;
  readonly createdAt: Date;
}

type StoredRule = CommissionRule & { readonly validFrom?: string; readonly validUntil?: string };

function ruleOf({ validFrom, validUntil, ...component }: StoredRule): CommissionRule {
  return {
    ...component,
    ...(validFrom === undefined ? {} : { validFrom: new Date(validFrom) }),
    ...(validUntil === undefined ? {} : { validUntil: new Date(validUntil) }),
  };
}

export function ruleSetOf(row: Row): RuleSet {
  return {
    id: row['id'],
    vendorId: row['vendor_id'],
    rules: (row['rules'] as StoredRule[] | null)?.map(ruleOf) ?? null,
    includeShipping: row['include_shipping'],
    taxPpm: row['tax_ppm'],
    validFrom: row['valid_from'],
    version: row['version'],
    createdAt: row['created_at'],
  };
}

/** The rules in force for some vendors, and the default: one row each, in one statement. */
export async function ruleSetsInForce(
  db: Sql,
  vendorIds: readonly string[],
  at: Date,
): Promise<RuleSet[]> {
  const rows = await db.query(
    `SELECT DISTINCT ON (vendor_id) * FROM commission_rules
     WHERE (vendor_id IS NULL OR vendor_id = ANY($1)) AND valid_from <= $2
     ORDER BY vendor_id, valid_from DESC, version DESC`,
    [vendorIds, at],
  );
  return rows.map(ruleSetOf);
}

export interface NewRuleSet {
  readonly id: string;
  readonly vendorId: VendorId | null;
  readonly rules: readonly CommissionRule[] | null;
  readonly includeShipping: boolean | null;
  readonly taxPpm: number | null;
  readonly validFrom: Date;
  readonly now: Date;
}

/** The latest version of one owner's rules, whose owner stays locked until the transaction ends. */
export async function lockLatest(tx: Sql, vendorId: VendorId | null): Promise<RuleSet | null> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [vendorId ?? 'default']);
  const [row] = await tx.query(
    `SELECT * FROM commission_rules WHERE vendor_id IS NOT DISTINCT FROM $1::uuid
     ORDER BY version DESC LIMIT 1`,
    [vendorId],
  );
  return row ? ruleSetOf(row) : null;
}

export async function addRuleSet(tx: Sql, set: NewRuleSet, version: number): Promise<RuleSet> {
  const [row] = await tx.query(
    `INSERT INTO commission_rules (id, vendor_id, rules, include_shipping, tax_ppm, valid_from,
                                   version, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *`,
    [
      set.id,
      set.vendorId,
      set.rules === null ? null : JSON.stringify(set.rules),
      set.includeShipping,
      set.taxPpm,
      set.validFrom,
      version,
      set.now,
    ],
  );
  return ruleSetOf(row as Row);
}

/** Versions, newest first; of one vendor, of the default, or of all. */
export async function listRuleSets(
  db: Sql,
  filter: {
    readonly vendorId: VendorId | null;
    readonly defaultOnly: boolean;
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<RuleSet[]> {
  const rows = await db.query(
    `SELECT * FROM commission_rules
     WHERE ($1::uuid IS NULL OR vendor_id = $1) AND (NOT $2 OR vendor_id IS NULL)
       AND ($3::uuid IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [filter.vendorId, filter.defaultOnly, filter.before, filter.limit],
  );
  return rows.map(ruleSetOf);
}
