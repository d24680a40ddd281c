import { type Api, listAtMost } from '../adapters/api.ts';
import { readStatement } from './ledger.ts';
import { readClock } from './platform.ts';
import type { Balances, Order, OrderSummary } from './shapes.ts';
import { showChecklist, showVendor } from './vendors.ts';

/** A file of an export: its name, and what goes into it. */
export interface ExportPart {
  readonly name: string;
  content(): Promise<AsyncIterable<Uint8Array>>;
}

const most = 1_000_000;

export interface ExportSubject {
  readonly vendorId: string;
  /** The session works for the vendor; an operator's sees less of its catalogue. */
  readonly isOwn: boolean;
}

/** Everything that the marketplace keeps of a vendor, part by part. */
export function exportParts(api: Api, subject: ExportSubject): readonly ExportPart[] {
  const { vendorId, isOwn } = subject;
  const json = (name: string, read: () => Promise<unknown>): ExportPart => ({
    name: `${name}.json`,
    content: async () => bytesOf(`${JSON.stringify(await read(), null, 2)}\n`),
  });
  const listing = (name: string, path: string, query = {}) =>
    json(name, async () => (await listAtMost(api, path, { limit: most, query })).items);
  return [
    json('vendor', () => showVendor(api, vendorId)),
    json('checklist', () => showChecklist(api, vendorId)),
    json('staff', () => api.get(`/v1/vendors/${vendorId}/staff`)),
    json('shipping-profile', () => api.get(`/v1/shipping-profiles/${vendorId}`)),
    { name: 'products.csv', content: () => api.download('/v1/products/export', { vendorId }) },
    ...(isOwn ? [listing('stock', '/v1/stock'), listing('coupons', '/v1/coupons')] : []),
    { name: 'orders.jsonl', content: async () => ordersOf(api, vendorId) },
    listing('payouts', '/v1/payouts', { vendorId }),
    json('balances', () => api.get<Balances>('/v1/ledger/balances', { vendorId })),
    json('statements', () => statementsOf(api, vendorId)),
  ];
}

/** Each order whole, one in each line. */
async function* ordersOf(api: Api, vendorId: string): AsyncGenerator<Uint8Array> {
  const query = { vendorId };
  const { items } = await listAtMost<OrderSummary>(api, '/v1/orders', { limit: most, query });
  for (const { orderId } of items) {
    yield Buffer.from(`${JSON.stringify(await api.get<Order>(`/v1/orders/${orderId}`))}\n`);
  }
}

/** As long a period as a statement may cover. */
const statementMs = 366 * 86_400_000;

/** Since it applied, in every currency that it ever had money in. */
async function statementsOf(api: Api, vendorId: string): Promise<unknown[]> {
  const { accounts } = await api.get<Balances>('/v1/ledger/balances', { vendorId });
  const currencies = [...new Set(accounts.map(({ balance }) => balance.currency))];
  const end = Date.parse((await readClock(api)).now);
  const { appliedAt } = await showVendor(api, vendorId);
  const statements: unknown[] = [];
  for (
    let at = appliedAt ? Date.parse(appliedAt) : end - statementMs;
    at < end;
    at += statementMs
  ) {
    const from = new Date(at).toISOString();
    const to = new Date(Math.min(end, at + statementMs)).toISOString();
    for (const currency of currencies) {
      statements.push(await readStatement(api, { vendor: vendorId, from, to, currency }));
    }
  }
  return statements;
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
