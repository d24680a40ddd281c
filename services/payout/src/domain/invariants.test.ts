import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { accountKey, type Entry } from './accounts.ts';
import type {
  AccountState,
  Books,
  LedgerTransaction,
  OrderFacts,
  TransactionKind,
  Transfer,
} from './books.ts';
import { INVARIANTS, verifyBooks } from './invariants.ts';
import { amountsOf, type LedgerAmounts } from './parts.ts';
import {
  authorizationPosting,
  capturePosting,
  holdOverPosting,
  payoutPaidPosting,
  payoutStartedPosting,
  providerFeePosting,
  vendorCreditOf,
} from './postings.ts';
import { refundPosting } from './refund.ts';
import { CHAIN_START, chainedContent } from './transfer-chain.ts';

const terms = { vendorId: 'v1', currency: 'EUR', taxLiability: 'marketplace' } as const;
const item = {
  quantity: 3,
  payable: 1190,
  marketplaceFunded: 0,
  tax: 190,
  commission: 100,
  commissionTax: 19,
};
const whole: LedgerAmounts = amountsOf([{ item, fromUnit: 0, units: 3 }]);
const returned = amountsOf([{ item, fromUnit: 0, units: 1 }]);

/** Books of one sale: authorized, captured, one unit returned, the rest paid out. */
function rightBooks(): Books {
  const funds = { orderPending: 881, holdOver: false, available: 0, reserve: 0, receivable: 0 };
  const left = vendorCreditOf(whole, terms) - vendorCreditOf(returned, terms);
  const ledger = post([
    ['authorization', authorizationPosting(whole, terms)],
    ['capture', capturePosting(whole, terms)],
    ['providerFee', providerFeePosting(29, 'EUR')],
    ['refund', refundPosting(returned, terms, 'return', funds)],
    ['holdOver', holdOverPosting(terms, left, 50)],
    ['payoutStarted', payoutStartedPosting(terms, 200)],
    ['payoutPaid', payoutPaidPosting(terms, 150)],
  ]);
  return { ...ledger, ...factsOf(left) };
}

function factsOf(creditedMinor: number): Pick<Books, 'payments' | 'orders' | 'vendors'> {
  const amounts = { payable: 1190, tax: 190 };
  const order: OrderFacts = {
    orderId: 'o1',
    paymentId: 'p1',
    pastPlaced: true,
    payableMinor: 1190,
    authorizedMinor: 1190,
    capturedMinor: 1190,
    voidedMinor: 0,
    openMinor: 0,
    items: [{ itemId: 'l1', payableMinor: 1190, frozen: amounts, quoted: amounts }],
  };
  return {
    orders: [order],
    payments: [
      {
        paymentId: 'p1',
        currency: 'EUR',
        capturedMinor: 1190,
        refundedMinor: returned.payable,
        captures: [{ captureId: 'c1', orderId: 'o1' }],
      },
    ],
    vendors: [{ vendorId: 'v1', currency: 'EUR', creditedMinor, paidOutMinor: 150 }],
  };
}

/** Posts as a store would: sequences, digests and balances kept per account. */
function post(
  postings: readonly (readonly [TransactionKind, readonly Entry[]])[],
): Pick<Books, 'transactions' | 'transfers' | 'accounts'> {
  const transactions: LedgerTransaction[] = [];
  const transfers: Transfer[] = [];
  const accounts = new Map<string, AccountState>();
  for (const [index, [kind, entries]] of postings.entries()) {
    const pending = kind === 'authorization';
    const transaction = { id: `t${index}`, kind, pending, orderId: 'o1', paymentId: 'p1' };
    transactions.push(transaction);
    for (const { account, amountMinor } of entries) {
      const key = accountKey(account);
      const state = accounts.get(key);
      const sequence = (state?.lastSequence ?? 0) + 1;
      const id = `${transaction.id}.${key}`;
      const content = { id, transactionId: transaction.id, account, amountMinor, sequence };
      const previous = state?.lastDigest ?? CHAIN_START;
      const digest = sha256(chainedContent(previous, content, transaction));
      transfers.push({ ...content, digest });
      const balanceMinor = (state?.balanceMinor ?? 0) + (pending ? 0 : amountMinor);
      accounts.set(key, { account, balanceMinor, lastSequence: sequence, lastDigest: digest });
    }
  }
  return { transactions, transfers, accounts: [...accounts.values()] };
}

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
const verify = (books: Books) => verifyBooks(books, sha256);
const codes = (books: Books) => [...new Set(verify(books).map(({ code }) => code))].sort();
const changed = <Row>(rows: readonly Row[], index: number, change: Partial<Row>): Row[] =>
  rows.map((row, at) => (at === index ? { ...row, ...change } : row));

describe('the books', () => {
  const books = rightBooks();
  const withOrder = (change: Partial<OrderFacts>): Books => ({
    ...books,
    orders: changed(books.orders, 0, change),
  });
  const { transfers, accounts, transactions, payments, vendors } = books;

  test('are right as posted, and so are empty books', () => {
    expect(verify(books)).toEqual([]);
    const empty = { transactions: [], transfers: [], accounts: [] };
    expect(verify({ ...empty, payments: [], orders: [], vendors: [] })).toEqual([]);
    expect(Object.keys(INVARIANTS)).toHaveLength(8);
  });

  test('show an amount that was changed', () => {
    // Transfer 5 is the first posted one: the authorization before it moves no balance.
    const changedAmount = changed(transfers, 5, { amountMinor: 1191 });
    expect(codes({ ...books, transfers: changedAmount })).toEqual([
      'BALANCE_DIFFERS',
      'PAYMENT_CLEARING_DIFFERS',
      'TRANSACTION_UNBALANCED',
      'TRANSFER_CHAIN_BROKEN',
    ]);
  });

  test('name the first transfer of an account that is not as it was posted', () => {
    const forged = changed(transfers, 5, { digest: sha256('forged') });
    expect(verify({ ...books, transfers: forged })).toEqual([
      {
        code: 'TRANSFER_CHAIN_BROKEN',
        subject: 'platform:clearing:EUR',
        detail: 'Transfer 2 is not as it was posted.',
      },
    ]);
  });

  test('show a transaction that was changed or moved to another payment', () => {
    const moved = changed(transactions, 4, { orderId: 'o2' });
    expect(codes({ ...books, transactions: moved })).toEqual(['TRANSFER_CHAIN_BROKEN']);
    const otherPayment = changed(transactions, 1, { paymentId: 'p2' });
    expect(codes({ ...books, transactions: otherPayment })).toEqual([
      'PAYMENT_CLEARING_DIFFERS',
      'TRANSFER_CHAIN_BROKEN',
    ]);
  });

  test('show a deleted transaction, also the very last one and a pending one', () => {
    const without = (id: string): Books => ({
      ...books,
      transactions: transactions.filter((one) => one.id !== id),
      transfers: transfers.filter((one) => one.transactionId !== id),
    });
    expect(codes(without('t6'))).toEqual(['BALANCE_DIFFERS', 'TRANSFER_CHAIN_BROKEN']);
    expect(codes(without('t0'))).toEqual(['TRANSFER_CHAIN_BROKEN']);
    const emptied = transfers.filter((one) => one.transactionId !== 't0');
    expect(codes({ ...books, transfers: emptied })).toEqual([
      'TRANSACTION_EMPTY',
      'TRANSFER_CHAIN_BROKEN',
    ]);
  });

  test('show transfers without their transaction or account', () => {
    const withoutAccounts = verify({ ...books, accounts: accounts.slice(1) });
    expect(withoutAccounts).toContainEqual({
      code: 'TRANSFER_CHAIN_BROKEN',
      subject: 'platform:clearing:EUR',
      detail: 'The account itself is missing.',
    });
    expect(codes({ ...books, transactions: transactions.slice(1) })).toContain(
      'TRANSFER_CHAIN_BROKEN',
    );
  });

  test('show a balance that is not the sum', () => {
    const fees = accounts.findIndex((state) => state.account.name === 'fees');
    const wrong = changed(accounts, fees, { balanceMinor: 30 });
    expect(codes({ ...books, accounts: wrong })).toEqual(['BALANCE_DIFFERS']);
  });

  test('show a payment that kept another amount than clearing holds', () => {
    const wrong = changed(payments, 0, { refundedMinor: 0 });
    expect(codes({ ...books, payments: wrong })).toEqual(['PAYMENT_CLEARING_DIFFERS']);
  });

  test.each<Partial<OrderFacts>>([
    { payableMinor: 1191 },
    { authorizedMinor: 1189 },
    { authorizedMinor: null },
    { capturedMinor: 1000 },
    { voidedMinor: 1 },
    { openMinor: 1 },
    { items: [] },
  ])('show an order with %o', (change) => {
    expect(codes(withOrder(change))).toEqual(['ORDER_AMOUNTS_DIFFER']);
  });

  test('allow an order that still waits for its payment', () => {
    const waiting = { pastPlaced: false, authorizedMinor: null, capturedMinor: 0 };
    expect(verify(withOrder(waiting))).toEqual([]);
  });

  test('show a vendor that holds another amount than it earned, or that nobody knows', () => {
    const wrong = changed(vendors, 0, { paidOutMinor: 0 });
    expect(codes({ ...books, vendors: wrong })).toEqual(['VENDOR_BALANCE_DIFFERS']);
    expect(codes({ ...books, vendors: [] })).toEqual(['VENDOR_BALANCE_DIFFERS']);
  });

  test('show a capture without an order and an order without a payment', () => {
    expect(codes({ ...books, orders: [] })).toEqual(['CAPTURE_WITHOUT_ORDER']);
    expect(codes(withOrder({ paymentId: null }))).toEqual(['ORDER_WITHOUT_PAYMENT']);
    expect(codes(withOrder({ paymentId: 'p9' }))).toEqual(['ORDER_WITHOUT_PAYMENT']);
  });

  test('allow a total of 0 without a payment', () => {
    const free = {
      ...{ paymentId: null, payableMinor: 0, authorizedMinor: null, capturedMinor: 0 },
      items: [],
    };
    expect(verify(withOrder(free))).toEqual([]);
  });

  test('show frozen amounts that are not those of the quote', () => {
    const frozen = { payable: 1190, tax: 189 };
    const quoted = { payable: 1190, tax: 190 };
    const items = [{ itemId: 'l1', payableMinor: 1190, frozen, quoted }];
    expect(verify(withOrder({ items }))).toEqual([
      {
        code: 'FROZEN_AMOUNTS_DIFFER',
        subject: 'o1',
        detail: 'Item l1 differs from its quote in tax.',
      },
    ]);
  });
});
