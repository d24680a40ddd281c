// size: one ledger and its proof, told from first posting to last
import { readFileSync } from 'node:fs';
import { maxAmountMinor } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { vendorScope } from '@mkt/service-kit';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { balancesOf, deadLetters, Sale, startPayout, tamper, verifyBooks } from './harness.ts';

let it: TestService;
beforeAll(async () => {
  it = await startPayout();
});
afterAll(() => it.close());
afterEach(async () => {
  expect(await deadLetters(it)).toEqual([]);
});

const mug = {
  payable: 1190,
  tax: 190,
  marketplaceFunded: 50,
  commission: 100,
  commissionTax: 19,
  quantity: 3,
};
const shipping = { kind: 'shipping', payable: 500, tax: 80 } as const;

describe('a sale', () => {
  test('is authorized as a pending transaction that moves no balance', async () => {
    const sale = new Sale(it, [mug]);
    await sale.place();
    expect(await sale.balances()).toEqual({});
    const { rows } = await it.database.admin(
      `SELECT x.kind, x.pending, count(t.*)::int AS transfers FROM payout.transactions x
       JOIN payout.transfers t ON t.transaction_id = x.id WHERE x.order_id = $1 GROUP BY x.id`,
      [sale.orderId],
    );
    expect(rows).toEqual([{ kind: 'authorization', pending: true, transfers: 6 }]);
  });

  test('leaves the vendor its rest on hold when it is captured', async () => {
    const sale = new Sale(it, [mug, shipping]);
    const before = await balancesOf(it, null);
    await sale.place();
    await sale.capture(sale.all, 49);
    expect(await sale.balances()).toEqual({ pending: -(1190 + 50 - 190 - 119 + 500 - 80) });
    const after = await balancesOf(it, null);
    const moved = Object.fromEntries(
      Object.entries(after).map(([name, balance]) => [name, balance - (before[name] ?? 0)]),
    );
    expect(moved).toEqual({
      clearing: 1690 - 49,
      promotions: 50,
      taxPayable: -270,
      commission: -100,
      commissionTax: -19,
      fees: 49,
    });
  });

  test('adds up to the cent when it is captured unit by unit', async () => {
    const sale = new Sale(it, [mug]);
    await sale.place();
    for (const from of [0, 1, 2]) await sale.capture([sale.units(0, from, 1)]);
    expect(await sale.balances()).toEqual({ pending: -931 });
    expect((await verifyBooks(it)).violations).toEqual([]);
  });

  test('leaves the vendor owing where the tax on the commission exceeds the rest', async () => {
    const eaten = { payable: 100, commission: 100, commissionTax: 19 };
    const sale = new Sale(it, [eaten], { taxLiability: 'vendor' });
    await sale.place();
    await sale.capture();
    expect(await sale.balances()).toEqual({ receivable: 19 });
  });

  test('is posted once however often its capture is told of', async () => {
    const sale = new Sale(it, [mug]);
    await sale.place();
    const captureId = newId();
    await Promise.all([1, 2, 3].map(() => sale.capture(sale.all, 10, captureId)));
    expect(await sale.balances()).toEqual({ pending: -931 });
  });

  test('is posted as well where the capture and a refund arrive before the order', async () => {
    const sale = new Sale(it, [mug]);
    await sale.capture();
    await sale.refund([sale.units(0, 0, 1)]);
    await sale.delivered();
    expect(await sale.balances()).toEqual({});
    const early = await verifyBooks(it);
    expect(early.violations.map((one) => one.code)).toContain('CAPTURE_WITHOUT_ORDER');
    await sale.place();
    // Two of three units are left: 931 less the first one's 397 + 17 − 63 − 33 − 6 = 312.
    expect(await sale.balances()).toEqual({ pending: -619 });
    expect(await verifyBooks(it)).toMatchObject({ ok: true, violations: [] });
  });

  test('is posted where order and capture arrive at the same moment', async () => {
    const sales = Array.from({ length: 10 }, () => new Sale(it, [mug]));
    await Promise.all(sales.flatMap((sale) => [sale.capture(), sale.place()]));
    for (const sale of sales) expect(await sale.balances()).toEqual({ pending: -931 });
    expect((await verifyBooks(it)).violations).toEqual([]);
  });

  test('of which a part is cancelled before it is captured posts nothing for that part', async () => {
    const sale = new Sale(it, [mug]);
    await sale.place();
    await sale.capture([sale.units(0, 0, 2)]);
    await sale.void([sale.units(0, 2, 1)]);
    expect(await sale.balances()).toEqual({ pending: -619 });
    expect((await verifyBooks(it)).violations).toEqual([]);
  });
});

describe('a refund', () => {
  test('takes from what the order has pending, and gives the commission back', async () => {
    const sale = new Sale(it, [mug]);
    await sale.place();
    await sale.capture();
    await sale.refund([sale.units(0, 0, 1)]);
    expect(await sale.balances()).toEqual({ pending: -619 });
  });

  test('takes from available, and makes the vendor owe the rest', async () => {
    const sale = new Sale(it, [mug]);
    await sale.earn();
    expect(await sale.balances()).toEqual({ available: -931 });
    await sale.goodwill(400, 'vendor');
    expect(await sale.balances()).toEqual({ available: -531 });
    await sale.refund(sale.all.slice(0, 1).map((run) => ({ ...run, units: 1 })));
    expect(await sale.balances()).toEqual({ available: -219 });
    await sale.refund([sale.units(0, 1, 1)]);
    expect(await sale.balances()).toEqual({ receivable: 88 });
    expect((await verifyBooks(it)).violations).toEqual([]);
  });

  test('that the vendor owes is paid by its next sale', async () => {
    const sale = new Sale(it, [{ payable: 100 }]);
    await sale.earn();
    await payOutAll(sale);
    await sale.refund(sale.all);
    expect(await sale.balances()).toEqual({ receivable: 100 });
    const next = new Sale(it, [{ payable: 250 }], { vendorId: sale.vendorId });
    await next.earn();
    expect(await sale.balances()).toEqual({ available: -150 });
    expect((await verifyBooks(it)).violations).toEqual([]);
  });

  test('that turns out in the vendor’s favour by a cent is credited where the sale’s money is', async () => {
    // Of three units at 0.02 the second carries no price, but all of the commission of 0.01.
    const cents = { payable: 2, commission: 1, quantity: 3 };
    const [early, late] = [new Sale(it, [cents]), new Sale(it, [cents])];
    await early.place();
    await early.capture();
    await early.refund([early.units(0, 1, 1)]);
    expect(await early.balances()).toEqual({ pending: -2 });
    await late.earn();
    await late.refund([late.units(0, 1, 1)]);
    expect(await late.balances()).toEqual({ available: -2 });
    expect((await verifyBooks(it)).violations).toEqual([]);
  });

  test('as goodwill of the marketplace costs the vendor nothing', async () => {
    const sale = new Sale(it, [mug]);
    await sale.place();
    await sale.capture();
    await sale.goodwill(200, 'marketplace');
    expect(await sale.balances()).toEqual({ pending: -931 });
    expect((await verifyBooks(it)).violations).toEqual([]);
  });

  test('keeps the commission where the marketplace says so', async () => {
    const keeping = await startPayout({ config: { commissionPolicy: 'keep' } });
    try {
      const sale = new Sale(keeping, [mug]);
      await sale.place();
      await sale.capture();
      await sale.refund(sale.all);
      // The vendor bears the commission of 100 and its tax.
      expect(await sale.balances()).toEqual({ receivable: 119 });
      expect((await verifyBooks(keeping)).violations).toEqual([]);
    } finally {
      await keeping.close();
    }
  });

  async function payOutAll(sale: Sale): Promise<void> {
    const token = await it.tokens.staff(sale.vendorId);
    const body = { currency: 'EUR' };
    expect((await it.request('POST', '/v1/payouts', { token, body })).status).toBe(201);
    await it.idle();
    await it.advance(86_400_000);
  }
});

interface ExpectedRefund {
  readonly line: string;
  readonly afterUnits: number;
  readonly units: number;
  readonly policyReturnCommission: Record<string, number>;
}

describe('the worked examples', () => {
  const file = new URL('../../../tests/money/examples.json', import.meta.url);
  const { examples } = JSON.parse(readFileSync(file, 'utf8'));
  // Some examples are larger than any amount that is taken in from outside.
  const stored = examples.filter(
    ({ expected }: { expected: { items: { base: number }[]; total: number } }) =>
      Math.max(expected.total, ...expected.items.map((item) => item.base)) <= maxAmountMinor,
  );

  test('give every vendor the balance that they say, through the store', async () => {
    let orders = 0;
    for (const example of stored.slice(0, 25)) {
      const vendorOf = new Map(
        example.input.lines.map((line: { id: string; vendor: string }) => [line.id, line.vendor]),
      );
      const quantities = new Map(
        example.input.lines.map((line: { id: string; quantity: number }) => [
          line.id,
          line.quantity,
        ]),
      );
      for (const expected of example.expected.vendorOrders) {
        const own = example.expected.items.filter(
          ({ id }: { id: string }) => (vendorOf.get(id) ?? id.split(':')[1]) === expected.vendor,
        );
        const items = own.map((item: Record<string, number> & { id: string }) => ({
          ...item,
          kind: item.id.startsWith('shipping:') ? 'shipping' : 'line',
          quantity: quantities.get(item.id) ?? 1,
        }));
        const { currency, taxLiability } = example.input;
        const sale = new Sale(it, items, { currency, taxLiability });
        await sale.place();
        await sale.capture();
        const { pending = 0, receivable = 0 } = await sale.balances();
        const credited = -pending - receivable;
        expect([example.name, credited]).toEqual([example.name, expected.vendorCredit]);
        orders += 1;
        await refundAsExpected(sale, example, own, credited);
      }
    }
    expect(orders).toBeGreaterThan(20);
    expect((await verifyBooks(it)).violations).toEqual([]);
  });

  async function refundAsExpected(
    sale: Sale,
    example: { expected: { refunds: ExpectedRefund[] } },
    own: { id: string }[],
    creditedMinor: number,
  ): Promise<void> {
    let held = creditedMinor;
    for (const refund of example.expected.refunds) {
      const index = own.findIndex((item) => item.id === refund.line);
      if (index < 0) continue;
      await sale.refund([sale.units(index, refund.afterUnits, refund.units)]);
      const posted = Object.entries(refund.policyReturnCommission);
      held -= posted.find(([account]) => account.startsWith('vendor:'))?.[1] ?? 0;
      const balances = Object.values(await sale.balances());
      expect(balances.reduce((sum, balance) => sum - balance, 0)).toBe(held);
    }
  }
});

describe('the database', () => {
  async function accountIds(): Promise<[string, string]> {
    const { rows } = await it.database.admin('SELECT id FROM payout.accounts LIMIT 2');
    return [rows[0].id, rows[1].id];
  }
  const post = (transactionId: string, amounts: readonly [string, number][]) =>
    it.db.transaction({ kind: 'platform' }, async (tx) => {
      await tx.query(
        `INSERT INTO transactions (id, operation_key, kind, pending, posted_at)
         VALUES ($1, $2, 'netting', false, now())`,
        [transactionId, transactionId],
      );
      for (const [index, [account, amount]] of amounts.entries()) {
        await tx.query(
          `INSERT INTO transfers (id, transaction_id, account_id, currency, amount_minor, sequence,
                                  digest, posted_at)
           VALUES ($1, $2, $3, 'EUR', $4, $5, '', now())`,
          [newId(), transactionId, account, amount, 1_000_000 + index],
        );
      }
    });

  test('refuses a transaction that does not sum to zero, or that is empty', async () => {
    const [a, b] = await accountIds();
    const id = newId();
    await expect(
      post(id, [
        [a, 100],
        [b, -99],
      ]),
    ).rejects.toThrow('does not sum to zero');
    await expect(post(id, [])).rejects.toThrow('has no transfers');
    // Refused at the first transfer: a later one cannot make it good.
    await expect(
      post(id, [
        [a, 100],
        [b, -100],
      ]),
    ).rejects.toThrow('does not sum to zero');
    const { rows } = await it.database.admin(
      'SELECT count(*)::int AS n FROM payout.transactions WHERE id = $1',
      [id],
    );
    expect(rows[0].n).toBe(0);
  });

  test.each([
    'UPDATE transfers SET amount_minor = amount_minor + 1',
    'DELETE FROM transfers',
    `UPDATE transactions SET kind = 'refund'`,
    'DELETE FROM transactions',
    'TRUNCATE transfers, transactions',
    'DELETE FROM accounts',
    'UPDATE order_items SET payable_minor = 0',
  ])('lets neither role change what was posted: %s', async (sql) => {
    await expect(it.db.query(sql)).rejects.toThrow('permission denied');
    const scope = vendorScope(newId<'Vendor'>());
    await expect(it.db.transaction(scope, (tx) => tx.query(sql))).rejects.toThrow(
      'permission denied',
    );
  });

  test.each(['UPDATE payout.transfers SET amount_minor = 1', 'DELETE FROM payout.transactions'])(
    'does not let even its owner change what was posted: %s',
    async (sql) => {
      await expect(it.database.admin(sql)).rejects.toThrow('never changed');
    },
  );

  test('shows a vendor’s role the rows of that vendor alone', async () => {
    const sale = new Sale(it, [mug]);
    await sale.place();
    await sale.capture();
    const tables = ['accounts', 'transactions', 'transfers', 'orders', 'order_items', 'movements'];
    for (const table of tables) {
      const rows = await it.db.transaction(vendorScope(sale.vendorId as never), (tx) =>
        tx.query(`SELECT DISTINCT vendor_id FROM ${table}`),
      );
      expect([table, rows]).toEqual([table, [{ vendor_id: sale.vendorId }]]);
    }
  });
});

describe('the proof of the books', () => {
  let books: TestService;
  let sale: Sale;
  beforeAll(async () => {
    books = await startPayout();
    sale = new Sale(books, [mug, shipping]);
    await sale.place();
    await sale.capture([sale.units(0, 0, 2), sale.units(1, 0, 1)], 40);
    await sale.void([sale.units(0, 2, 1)]);
    await sale.refund([sale.units(0, 0, 1)]);
  });
  afterAll(() => books.close());

  test('is right, and says what was looked at', async () => {
    expect(await verifyBooks(books)).toEqual({
      ok: true,
      checked: { accounts: 11, transfers: 20, transactions: 4, payments: 1, orders: 1, vendors: 1 },
      violations: [],
    });
  });

  const first = `(SELECT t.id FROM payout.transfers t
    JOIN payout.transactions x ON x.id = t.transaction_id AND x.kind = 'capture'
    JOIN payout.accounts a ON a.id = t.account_id AND a.name = 'clearing')`;
  test.each([
    [
      'a changed amount',
      `UPDATE payout.transfers SET amount_minor = amount_minor + 1 WHERE id = ${first}`,
      `UPDATE payout.transfers SET amount_minor = amount_minor - 1 WHERE id = ${first}`,
      [
        'BALANCE_DIFFERS',
        'PAYMENT_CLEARING_DIFFERS',
        'TRANSACTION_UNBALANCED',
        'TRANSFER_CHAIN_BROKEN',
      ],
    ],
    [
      'a changed balance',
      `UPDATE payout.accounts SET balance_minor = balance_minor + 5 WHERE name = 'fees'`,
      `UPDATE payout.accounts SET balance_minor = balance_minor - 5 WHERE name = 'fees'`,
      ['BALANCE_DIFFERS'],
    ],
    [
      'a transaction moved to another order',
      `UPDATE payout.transactions SET order_id = gen_random_uuid() WHERE kind = 'capture'`,
      `UPDATE payout.transactions SET order_id = (SELECT id FROM payout.orders)
       WHERE kind = 'capture'`,
      ['TRANSFER_CHAIN_BROKEN'],
    ],
    [
      'a capture that is not what was posted',
      `UPDATE payout.movements SET amount_minor = amount_minor + 1 WHERE kind = 'capture'`,
      `UPDATE payout.movements SET amount_minor = amount_minor - 1 WHERE kind = 'capture'`,
      ['ORDER_AMOUNTS_DIFFER', 'PAYMENT_CLEARING_DIFFERS'],
    ],
    [
      'a frozen amount that was changed after the sale',
      `UPDATE payout.order_items SET commission_minor = 1 WHERE kind = 'line'`,
      `UPDATE payout.order_items SET commission_minor = 100 WHERE kind = 'line'`,
      ['FROZEN_AMOUNTS_DIFFER'],
    ],
    [
      'a vendor credited something else than it holds',
      `UPDATE payout.movements SET credit_minor = credit_minor + 1 WHERE kind = 'capture'`,
      `UPDATE payout.movements SET credit_minor = credit_minor - 1 WHERE kind = 'capture'`,
      ['VENDOR_BALANCE_DIFFERS'],
    ],
    [
      'a capture of an order that does not exist',
      `UPDATE payout.movements SET order_id = gen_random_uuid() WHERE kind = 'refund';
       UPDATE payout.movements SET kind = 'capture' WHERE kind = 'refund'`,
      `UPDATE payout.movements SET order_id = (SELECT id FROM payout.orders), kind = 'refund'
       WHERE order_id NOT IN (SELECT id FROM payout.orders)`,
      ['CAPTURE_WITHOUT_ORDER', 'PAYMENT_CLEARING_DIFFERS'],
    ],
  ])('shows %s', async (_, harm, undo, codes) => {
    await tamper(books, harm);
    const found = await verifyBooks(books);
    await tamper(books, undo);
    expect(found.ok).toBe(false);
    expect([...new Set(found.violations.map((one) => one.code))].sort()).toEqual(codes);
    expect((await verifyBooks(books)).violations).toEqual([]);
  });

  test('shows a delivered order that nobody paid', async () => {
    const unpaid = new Sale(books, [{ payable: 100 }]);
    await unpaid.place();
    await unpaid.delivered();
    const { violations } = await verifyBooks(books);
    expect(violations.map((one) => one.code)).toEqual(['ORDER_WITHOUT_PAYMENT']);
    await unpaid.capture();
    expect((await verifyBooks(books)).ok).toBe(true);
  });

  test('shows a transfer that was deleted, wherever in the chain', async () => {
    await tamper(
      books,
      `DELETE FROM payout.transfers WHERE id =
         (SELECT id FROM payout.transfers ORDER BY sequence DESC LIMIT 1)`,
    );
    const { violations } = await verifyBooks(books);
    expect(violations.map((one) => one.code)).toContain('TRANSFER_CHAIN_BROKEN');
  });
});
