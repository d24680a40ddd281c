import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ended, type InstalledCli, installCli } from './installed-cli.ts';
import {
  type Routes,
  refusal,
  startTinyMarketplace,
  type TinyMarketplace,
  tokens,
} from './tiny-marketplace.ts';

const vendorId = '0190b6f0-0000-7000-8000-000000000001';
const other = '0190b6f0-0000-7000-8000-000000000002';
const at = '2026-01-02T03:04:05.000Z';
const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const page = (...items: unknown[]) => ({ items, nextCursor: null });

let cli: InstalledCli;
let market: TinyMarketplace;
const run = (args: readonly string[], input = '') =>
  cli.run([...args], { input, env: { MKT_URL: market.url } });

beforeAll(async () => {
  [cli, market] = await Promise.all([installCli(), startTinyMarketplace()]);
  const session = { ...tokens, vendor: { vendorId, role: 'owner' } };
  market.routes = { 'POST /v1/auth/login': () => ({ body: session }) };
  await run(['login', '--email', 'hana@kiln.test', '--password-stdin'], 'a long password\n');
});
afterAll(async () => {
  await market.close();
  await cli.remove();
});
beforeEach(() => {
  market.asked.length = 0;
});

const vendor = { vendorId, name: 'Kiln & Co', slug: 'kiln', status: 'approved', appliedAt: at };
const product = {
  ...{ id: other, version: 4, status: 'published', vendorName: 'Kiln', handle: 'mug' },
  ...{ title: 'Mug', type: 'Mugs', tags: ['mug'], rating: { average: 0, count: 0 } },
  ...{ publishedAt: at, updatedAt: at, variants: [] },
};
const order = {
  ...{ orderId: other, number: 'M-1-1', vendorId, status: 'delivered', payable: eur(5_000) },
  ...{ refunded: eur(500), recipient: 'Ada', units: 1, placedAt: at },
};
const payment = {
  ...{ paymentId: other, groupId: vendorId, status: 'authorized', amount: eur(5_000) },
  ...{ declineCode: null, releaseDue: false, createdAt: at, expiresAt: at, placedAt: at },
  shares: [],
};
const coupon = {
  ...{ couponId: other, vendorId: null, code: 'TEN', currency: 'EUR', version: 1, used: 2 },
  ...{ discount: { kind: 'percentage', ratePpm: 100_000 }, vendorFundedPpm: 400_000 },
  ...{ minimumMinor: null, startsAt: null, endsAt: at, usageLimit: 5, perShopperLimit: null },
  active: true,
};
const ruleSet = {
  ...{ ruleSetId: other, vendorId: null, includeShipping: false, taxPpm: 230_000, version: 2 },
  ...{ rules: [{ kind: 'percentage', ratePpm: 90_000 }], validFrom: at },
};
const sums = (minor: number) => ({ commission: eur(minor), tax: eur(0) });
const key = {
  ...{ keyId: other, startsWith: 'mkt_abc', name: 'warehouse', scopes: ['stock:write'] },
  ...{ createdAt: at, expiresAt: null, expired: false, lastUsedAt: null },
};
const person = { userId: other, role: 'manager', email: 'declan@kiln.test', joinedAt: at };
const invitation = { invitationId: other, role: 'finance', email: 'new@kiln.test', expiresAt: at };

const routes: Routes = Object.fromEntries(
  Object.entries({
    'GET /v1/clock': { now: at, adjustable: true },
    'GET /v1/vendors': page(vendor),
    'GET /v1/vendors/kiln': vendor,
    [`GET /v1/vendors/${vendorId}`]: vendor,
    [`GET /v1/vendors/${vendorId}/checklist`]: { complete: true },
    [`GET /v1/vendors/${vendorId}/staff`]: { items: [person] },
    [`PATCH /v1/vendors/${vendorId}/staff/${other}`]: { ...person, role: 'owner' },
    [`DELETE /v1/vendors/${vendorId}/staff/${other}`]: {},
    [`GET /v1/vendors/${vendorId}/invitations`]: { items: [invitation] },
    [`POST /v1/vendors/${vendorId}/invitations`]: invitation,
    [`DELETE /v1/vendors/${vendorId}/invitations/${other}`]: {},
    [`GET /v1/vendors/${vendorId}/api-keys`]: { items: [key] },
    [`POST /v1/vendors/${vendorId}/api-keys`]: { ...key, key: 'mkt_abc_secret' },
    [`DELETE /v1/vendors/${vendorId}/api-keys/${other}`]: {},
    [`GET /v1/shipping-profiles/${vendorId}`]: { zones: [] },
    'GET /v1/products/export': 'Handle,Title\nmug,Mug\n',
    'GET /v1/products/by-handle/mug': product,
    [`GET /v1/products/${other}`]: product,
    [`PATCH /v1/products/${other}`]: { ...product, version: 5 },
    [`POST /v1/products/${other}/archive`]: { ...product, status: 'archived' },
    [`POST /v1/products/${other}/unarchive`]: { ...product, status: 'draft' },
    [`POST /v1/products/${other}/request-changes`]: { ...product, status: 'changesRequested' },
    [`POST /v1/products/${other}/reject`]: { ...product, status: 'rejected' },
    'GET /v1/stock': page(),
    'GET /v1/coupons': page(coupon),
    'POST /v1/coupons': coupon,
    [`PATCH /v1/coupons/${other}`]: coupon,
    [`DELETE /v1/coupons/${other}`]: { ...coupon, active: false },
    'GET /v1/commission-rules': page(ruleSet),
    'PUT /v1/commission-rules': ruleSet,
    'POST /v1/commission-rules/preview': {
      ...{ from: at, to: at },
      items: [{ vendorId, currency: 'EUR', orders: 3, was: sums(900), wouldBe: sums(1_200) }],
    },
    'GET /v1/orders': page(order),
    [`GET /v1/orders/${other}`]: order,
    [`POST /v1/orders/${other}/refunds`]: order,
    'GET /v1/payments': page(payment),
    [`GET /v1/payments/${other}`]: { ...payment, movements: [] },
    'POST /v1/payments/sweep': { examined: 3, voided: 1, resolved: 0 },
    'GET /v1/payouts': page(),
    'GET /v1/ledger/balances': { accounts: [{ balance: eur(0) }] },
    'GET /v1/ledger/statement': { rows: [] },
    'POST /v1/search/rebuild': { products: 42, durationMs: 1_500 },
  }).map(([name, body]) => [name, () => ({ body })]),
);

/** What a person types, what is written for them, and what goes to the marketplace. */
const commands: [
  args: readonly string[],
  written: RegExp,
  sent?: Readonly<Record<string, unknown>>,
][] = [
  [['vendor', 'staff', 'list'], /declan@kiln\.test +manager +since[\s\S]*new@kiln\.test +finance/],
  [['vendor', 'staff', 'list', '--vendor', 'kiln'], /declan@kiln\.test/],
  [
    ['vendor', 'staff', 'invite', 'new@kiln.test', '--role', 'finance'],
    /new@kiln\.test is invited as finance/,
    { email: 'new@kiln.test', role: 'finance' },
  ],
  [
    ['vendor', 'staff', 'role', 'declan@kiln.test', 'owner'],
    /declan@kiln\.test is owner now/,
    { role: 'owner' },
  ],
  [['vendor', 'staff', 'remove', 'declan@kiln.test', '--yes'], /was removed/],
  [['vendor', 'staff', 'remove', 'new@kiln.test', '--yes'], /is no longer invited/],
  [['vendor', 'key', 'list'], /warehouse +mkt_abc +stock:write/],
  [
    ['vendor', 'key', 'create', 'warehouse', '--scope', 'stock:write', '--expires', '2d'],
    /^mkt_abc_secret$/m,
    { name: 'warehouse', scopes: ['stock:write'], expiresAt: '2026-01-04T03:04:05.000Z' },
  ],
  [['vendor', 'key', 'revoke', 'warehouse', '--yes'], /"warehouse" is revoked/],
  [['product', 'show', 'mug'], /Handle +mug/],
  [['product', 'edit', 'mug', '--title', 'Cup', '--tag', 'a'], /version 5/, { title: 'Cup' }],
  [['product', 'archive', 'mug'], /mug is archived/],
  [['product', 'archive', 'mug', '--undo'], /mug is draft/],
  [['product', 'changes', 'mug', '--reason', 'Blurred'], /changesRequested/, { reason: 'Blurred' }],
  [['product', 'changes', 'mug', '--reason', 'Never', '--reject'], /mug is rejected/],
  [['coupon', 'list'], /TEN +10 % +marketplace +40 % +2 of 5/],
  [['coupon', 'show', 'ten'], /Vendor pays +40 %/],
  [['coupon', 'create', 'TEN', '--percent', '10'], /TEN gives 10 %/, { code: 'TEN' }],
  [['coupon', 'edit', 'TEN', '--limit', '9'], /TEN is changed/, { usageLimit: 9 }],
  [['coupon', 'end', 'TEN'], /does not work any more/],
  [['commission', 'list'], /marketplace +2 .* 9 % +no +23 %/],
  [['commission', 'set', '--percent', '12'], /Version 2 of the marketplace/],
  [['commission', 'preview', '--percent', '12'], /kiln +3 +9\.00 EUR +12\.00 EUR +\+3\.00 EUR/],
  [
    ['order', 'refund', 'M-1-1', '--line', `${other}=1`, '--reason', 'Broken', '--yes'],
    /given back so far: 5\.00 EUR/,
    { lines: [{ lineId: other, quantity: 1 }], vendorFault: false, reason: 'Broken' },
  ],
  [
    [
      ...['order', 'refund', 'M-1-1', '--amount', '5.00', '--bearer', 'vendor'],
      ...['--reason', 'Late', '--yes'],
    ],
    /given back so far/,
    { amount: eur(500), bearer: 'vendor', reason: 'Late' },
  ],
  [['payment', 'list'], /authorized +2026-01-02 03:04 +0 +50\.00 EUR/],
  [['payment', 'show', other], /Amount +50\.00 EUR/],
  [['payment', 'sweep'], /3 payments examined, 1 voided, 0 resolved/],
  [['search', 'rebuild'], /42 products indexed in 1\.5 s/],
  [['open', 'docs'], /^http:.*\/docs$/m],
  [['completion', 'bash'], /complete .*mkt/],
];

describe.each(commands)('mkt %j', (args, written, sent) => {
  it('does it, says so and exits 0; with --json in one document with a version', async () => {
    market.routes = routes;
    const plain = await run(args);
    expect(plain).toMatchObject({ code: 0 });
    expect(plain.stdout + plain.stderr).toMatch(written);
    const last = market.asked.findLast(({ method }) => method !== 'GET');
    if (sent) expect(JSON.parse(last?.body ?? '{}')).toMatchObject(sent);
    const json = await run([...args, '--json']);
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ version: 1, data: expect.anything() });
  });
});

it('with -q a result is all that is written', async () => {
  market.routes = routes;
  for (const args of [['coupon', 'end', 'TEN'], ['coupon', 'list'], ['open']]) {
    await expect(run([...args, '-q'])).resolves.toMatchObject({ code: 0, stderr: '' });
  }
});

it('a refusal of any of them is exit 4 or 1, with the next step', async () => {
  market.routes = {};
  for (const name of Object.keys(routes)) {
    market.routes = { ...market.routes, [name]: () => refusal(403, 'FORBIDDEN', 'Not yours.') };
  }
  for (const [args] of commands) {
    if (['open', 'completion'].includes(args[0] ?? '')) continue;
    const { code, stderr, stdout } = await run(args);
    expect({ args, code, stdout, stderr }).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^error: Not yours\.\n {2}next: /),
    });
  }
}, 60_000);

it.each([
  [['vendor', 'key', 'create', 'x']],
  [['vendor', 'key', 'create', 'x', '--scope', 'everything']],
  [['vendor', 'staff', 'role', 'a@b.test', 'king']],
  [['vendor', 'staff', 'remove', 'declan@kiln.test']],
  [['vendor', 'export']],
  [['coupon', 'create', 'TEN']],
  [['coupon', 'create', 'TEN', '--percent', 'ten']],
  [['coupon', 'edit', 'TEN']],
  [['commission', 'set']],
  [['commission', 'preview', 'nowhere.json']],
  [['order', 'refund', 'M-1-1', '--reason', 'x', '--yes']],
  [['order', 'refund', 'M-1-1', '--reason', 'x', '--amount', '5.00', '--yes']],
  [['product', 'edit', 'mug']],
  [['product', 'changes', 'mug']],
  [['payment', 'show']],
  [['completion', 'powershell']],
  [['vendor', 'staff', 'lst']],
])('%j is written wrongly: 2, and nothing is changed', async (args) => {
  market.routes = routes;
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: .+/);
  expect(market.asked.filter(({ method }) => method !== 'GET')).toEqual([]);
});

describe('a vendor is exported', () => {
  it('into a folder, whole', async () => {
    market.routes = routes;
    const { code, stdout } = await run(['vendor', 'export', '--output', 'kiln']);
    expect(code).toBe(0);
    const files = await readdir(join(cli.root, 'kiln'));
    expect(
      stdout
        .trim()
        .split('\n')
        .map((path) => path.replace('kiln/', ''))
        .sort(),
    ).toEqual(files.sort());
    const orders = await readFile(join(cli.root, 'kiln', 'orders.jsonl'), 'utf8');
    expect(JSON.parse(orders)).toEqual(order);
    const again = await run(['vendor', 'export', '--output', 'kiln']);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is not empty') });
  });

  it('or not at all', async () => {
    market.routes = { ...routes, 'GET /v1/payouts': () => refusal(500, 'INTERNAL') };
    await expect(run(['vendor', 'export', '--output', 'half'])).resolves.toMatchObject({ code: 1 });
    const left = await readdir(cli.root);
    expect(left.filter((name) => name.startsWith('half'))).toEqual([]);
  });
});

it('a listing that is watched is shown again when it changes, and ends with Ctrl-C', async () => {
  let asked = 0;
  const statuses = ['placed', 'placed', 'shipped'];
  market.routes = {
    'GET /v1/orders': () => {
      const status = statuses[Math.min(asked, 2)];
      asked += 1;
      return { body: page({ ...order, status }) };
    },
  };
  const child = cli.start(['order', 'list', '--watch'], { env: { MKT_URL: market.url } });
  const done = ended(child);
  child.stdout?.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes('shipped')) child.kill('SIGINT');
  });
  const { code, stdout } = await done;
  expect(code).toBe(130);
  expect(stdout.match(/NUMBER/g)).toHaveLength(2);
  expect(stdout).toMatch(/placed[\s\S]*shipped/);
});
