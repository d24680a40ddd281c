import type { Api } from '../adapters/api.ts';
import type { Balances, BusinessClock, Statement, Verification } from './shapes.ts';
import { vendorIdOf } from './vendors.ts';

export async function readBalances(api: Api, vendor: string | undefined): Promise<Balances> {
  return api.get<Balances>('/v1/ledger/balances', { vendorId: await vendorIdOf(api, vendor) });
}

export interface StatementInput {
  readonly vendor?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly currency?: string | undefined;
}

const usualPeriodMs = 31 * 86_400_000;

/** Without dates, the last 31 days of the business clock, which need not be the wall's. */
export async function readStatement(api: Api, input: StatementInput): Promise<Statement> {
  const to = input.to ?? (await api.get<BusinessClock>('/v1/clock')).now;
  const from = input.from ?? new Date(Date.parse(to) - usualPeriodMs).toISOString();
  const vendorId = await vendorIdOf(api, input.vendor);
  return api.get<Statement>('/v1/ledger/statement', {
    vendorId,
    from,
    to,
    currency: input.currency,
  });
}

export function verifyLedger(api: Api): Promise<Verification> {
  return api.post<Verification>('/v1/ledger/verify');
}
