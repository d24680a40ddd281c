import { ensureOperator } from '@mkt/user';
import type { Marketplace } from '../../marketplace/src/compose.ts';
import { expectOk, request } from './http.ts';

const password = 'correct horse battery';
const operatorEmail = 'operator@suite.example.test';

export interface Vendor {
  readonly vendorId: string;
  readonly name: string;
  readonly token: string;
}

export interface Product {
  readonly handle: string;
  readonly priceMinor: number;
  readonly stock: number;
}

export const address = {
  name: 'Ada Marsh',
  line1: 'Mill Lane 4',
  city: 'Thomastown',
  postalCode: 'R95 KC12',
  country: 'IE',
} as const;

let counter = 0;
const unique = (what: string): string => {
  counter += 1;
  return `${what}-${process.pid}-${counter}`;
};

export async function operatorOf(marketplace: Marketplace): Promise<string> {
  const user = marketplace.services.get('user');
  if (!user) throw new Error('The user service does not run here');
  await ensureOperator(user.db, { email: operatorEmail, password, name: 'Operator' });
  return operatorAt(marketplace.url);
}

/** Signs in the operator that `operatorOf` made, now or in an earlier process. */
export async function operatorAt(url: string): Promise<string> {
  const body = { email: operatorEmail, password };
  return (await expectOk(request(url, 'POST', '/v1/auth/login', { body }))).accessToken;
}

export async function guestAt(url: string): Promise<string> {
  return (await expectOk(request(url, 'POST', '/v1/auth/guest'))).accessToken;
}

export async function accountAt(url: string): Promise<{ token: string; email: string }> {
  const email = `${unique('shopper')}@suite.example.test`;
  const body = { email, password, name: 'Ada Marsh' };
  const session = await expectOk(request(url, 'POST', '/v1/auth/register', { body }));
  return { token: session.accessToken, email };
}

/** A vendor that has been through application, checklist and approval. */
export async function approvedVendor(url: string, operator: string, name: string): Promise<Vendor> {
  const email = `${unique('owner')}@suite.example.test`;
  const owner = await expectOk(
    request(url, 'POST', '/v1/auth/register', { body: { email, password, name: 'Owner' } }),
  );
  const token: string = owner.accessToken;
  const { vendorId } = await expectOk(
    request(url, 'POST', '/v1/vendors', {
      token,
      body: { name, slug: unique('vendor'), country: 'IE', contactEmail: email },
    }),
  );
  const statements: [string, unknown][] = [
    ['terms', '1'],
    ['identityDocument', 'seen'],
    ['bankAccount', { iban: 'IE29AIBK93115212345678', accountHolder: name }],
    ['address', address],
  ];
  for (const [requirement, value] of statements) {
    const path = `/v1/vendors/${vendorId}/checklist/${requirement}`;
    await expectOk(request(url, 'PUT', path, { token, body: { value } }));
  }
  await expectOk(request(url, 'POST', `/v1/vendors/${vendorId}/approve`, { token: operator }));
  const session = await expectOk(
    request(url, 'POST', '/v1/auth/login', { body: { email, password, vendorId } }),
  );
  return { vendorId, name, token: session.accessToken };
}

const csvHead =
  'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Requires Shipping,Variant Taxable';

function csvOf(products: readonly Product[]): string {
  const rows = products.map(
    ({ handle, priceMinor, stock }) =>
      `${handle},${handle},<p>Made by hand</p>,Suite,Thing,suite,true,Title,Default Title,${handle},500,shopify,${stock},deny,${(priceMinor / 100).toFixed(2)},true,true`,
  );
  return [csvHead, ...rows].join('\n');
}

/** Imports, submits and approves; returns the variant of each product by its handle. */
export async function publish(
  url: string,
  operator: string,
  vendor: Vendor,
  products: readonly Product[],
): Promise<ReadonlyMap<string, string>> {
  const raw = { type: 'text/csv', body: csvOf(products) };
  const report = await expectOk(
    request(url, 'POST', '/v1/products/import', { token: vendor.token, raw }),
  );
  if (report.problemCount > 0) throw new Error(JSON.stringify(report.problems));
  await expectOk(
    request(url, 'POST', '/v1/products/bulk/submit', { token: vendor.token, body: { all: true } }),
  );
  await expectOk(
    request(url, 'POST', '/v1/products/bulk/approve', {
      token: operator,
      body: { vendorId: vendor.vendorId, all: true },
    }),
  );
  return variantsOf(url, vendor);
}

/** Variants by SKU, once the inventory has heard of them all. */
async function variantsOf(url: string, vendor: Vendor): Promise<ReadonlyMap<string, string>> {
  const { items } = await expectOk(
    request(url, 'GET', '/v1/stock?limit=100', { token: vendor.token }),
  );
  return new Map(
    items.map((level: { sku: string; variantId: string }) => [level.sku, level.variantId]),
  );
}

export interface Prepared {
  readonly token: string;
  readonly body: Record<string, unknown>;
}

export const goodCard = '4242424242424242';

/** A guest with a filled cart, one request away from having bought it. */
export async function readyToBuy(
  url: string,
  lines: readonly { variantId: string; quantity: number }[],
  card = goodCard,
): Promise<Prepared> {
  const token = await guestAt(url);
  const { cartId } = await expectOk(request(url, 'POST', '/v1/carts', { token }));
  let cart: Record<string, never> & { shipping: never; goodsTotal: never } = {} as never;
  for (const body of lines) {
    cart = await expectOk(
      request(url, 'POST', `/v1/carts/${cartId}/lines?country=IE`, { token, body }),
    );
  }
  return { token, body: await checkoutBody(url, cart, card) };
}

interface CartView {
  readonly cartId: string;
  readonly goodsTotal: { amountMinor: number; currency: string };
  readonly shipping: {
    options: { vendorId: string; rateId: string; price: { amountMinor: number } }[];
  };
}

/** The cheapest shipping of each vendor, and the total that goes with it. */
export async function checkoutBody(url: string, cart: unknown, card = goodCard) {
  const { cartId, goodsTotal, shipping } = cart as CartView;
  const chosen = new Map<string, CartView['shipping']['options'][number]>();
  for (const option of shipping.options) {
    if (!chosen.has(option.vendorId)) chosen.set(option.vendorId, option);
  }
  const rates = [...chosen.values()];
  const shippingMinor = rates.reduce((sum, { price }) => sum + price.amountMinor, 0);
  const { token: paymentToken } = await expectOk(
    request(url, 'POST', '/v1/payment-simulator/tokens', {
      body: { number: card, expMonth: 12, expYear: 2031, cvc: '123' },
    }),
  );
  return {
    cartId,
    email: 'ada@suite.example.test',
    shippingAddress: address,
    shipping: rates.map(({ vendorId, rateId }) => ({ vendorId, rateId })),
    paymentToken,
    expectedTotal: {
      amountMinor: goodsTotal.amountMinor + shippingMinor,
      currency: goodsTotal.currency,
    },
  };
}

export function checkOut(url: string, { token, body }: Prepared, key?: string) {
  return request(url, 'POST', '/v1/checkouts', { token, body, ...(key ? { key } : {}) });
}
