import type { CurrencyCode } from '@mkt/kernel';

import type { Account } from '../domain/accounts.ts';
import { accountOf, type Sql } from './ledger.ts';

export interface AccountBalance {
  readonly account: Account;
  readonly balanceMinor: number;
}

/** All accounts of a vendor, or of the platform. */
export async function readBalances(tx: Sql, vendorId: string | null): Promise<AccountBalance[]> {
  const rows = await tx.query(
    `SELECT vendor_id, name, currency, balance_minor FROM accounts
     WHERE vendor_id IS NOT DISTINCT FROM $1::uuid ORDER BY currency, name`,
    [vendorId],
  );
  return rows.map((row) => ({ account: accountOf(row), balanceMinor: row['balance_minor'] }));
}

/** In which currencies a vendor has accounts. */
export async function currenciesOf(tx: Sql, vendorId: string): Promise<CurrencyCode[]> {
  const rows = await tx.query(
    'SELECT DISTINCT currency FROM accounts WHERE vendor_id = $1 ORDER BY currency',
    [vendorId],
  );
  return rows.map((row) => row['currency'] as CurrencyCode);
}
