import {
  type Books,
  type OrderFacts,
  sumOf,
  type TransactionKind,
  type Violation,
} from './books.ts';

const NOT_OF_THE_SHOPPER: ReadonlySet<TransactionKind> = new Set([
  'providerFee',
  'payoutStarted',
  'payoutPaid',
  'payoutReturned',
]);

/** Per payment: captured − refunded = its entries on clearing, fees and payouts apart. */
export function wrongClearing(
  books: Pick<Books, 'transactions' | 'transfers' | 'payments'>,
): Violation[] {
  const transfers = Map.groupBy(books.transfers, (transfer) => transfer.transactionId);
  const transactions = Map.groupBy(
    books.transactions.filter((one) => !one.pending && !NOT_OF_THE_SHOPPER.has(one.kind)),
    (one) => one.paymentId ?? '',
  );
  return books.payments.flatMap(({ paymentId, currency, capturedMinor, refundedMinor }) => {
    const cleared = (transactions.get(paymentId) ?? [])
      .flatMap((one) => transfers.get(one.id) ?? [])
      .filter(({ account }) => account.name === 'clearing' && account.currency === currency);
    const sum = sumOf(cleared, (transfer) => transfer.amountMinor);
    const kept = capturedMinor - refundedMinor;
    if (sum === kept) return [];
    return [violation('PAYMENT_CLEARING_DIFFERS', paymentId, `Kept ${kept}, cleared ${sum}.`)];
  });
}

/** Per order: payable = Σ of its items = authorized = captured + voided + still open. */
export function wrongOrderAmounts(books: Pick<Books, 'orders'>): Violation[] {
  return books.orders.flatMap((order) => {
    const { orderId, payableMinor, authorizedMinor, capturedMinor, voidedMinor, openMinor } = order;
    const items = sumOf(order.items, (item) => item.payableMinor);
    const spent = capturedMinor + voidedMinor + openMinor;
    const authorized = authorizedMinor ?? 0;
    const expected = authorizedMinor === null && !order.pastPlaced ? 0 : payableMinor;
    if (items === payableMinor && authorized === expected && spent === authorized) return [];
    const detail =
      `Payable ${payableMinor}, items ${items}, authorized ${authorized}, ` +
      `captured ${capturedMinor} + voided ${voidedMinor} + open ${openMinor}.`;
    return [violation('ORDER_AMOUNTS_DIFFER', orderId, detail)];
  });
}

/** Per vendor: pending + available + reserve + inTransit − receivable = credited − paid out. */
export function wrongVendorBalances(books: Pick<Books, 'accounts' | 'vendors'>): Violation[] {
  const key = (vendorId: string, currency: string) => `${vendorId}:${currency}`;
  const accounts = Map.groupBy(books.accounts, ({ account }) =>
    account.owner === 'vendor' ? key(account.vendorId, account.currency) : '',
  );
  const known = new Map(books.vendors.map((one) => [key(one.vendorId, one.currency), one]));
  const subjects = new Set([...known.keys(), ...accounts.keys()]);
  subjects.delete('');
  return [...subjects].flatMap((subject) => {
    // Credits are negative on the books; a receivable is a debit, so one sum covers all accounts.
    const held = -sumOf(accounts.get(subject) ?? [], (state) => state.balanceMinor);
    const facts = known.get(subject);
    const earned = (facts?.creditedMinor ?? 0) - (facts?.paidOutMinor ?? 0);
    if (held === earned) return [];
    return [violation('VENDOR_BALANCE_DIFFERS', subject, `Holds ${held}, earned ${earned}.`)];
  });
}

/** Every capture has its order, and every order past `placed` its payment or a total of 0. */
export function missingCounterparts(books: Pick<Books, 'payments' | 'orders'>): Violation[] {
  const orders = new Set(books.orders.map((order) => order.orderId));
  const payments = new Set(books.payments.map((payment) => payment.paymentId));
  const captures = books.payments.flatMap((payment) => payment.captures);
  const isUnpaid = (order: OrderFacts) =>
    order.pastPlaced &&
    order.payableMinor !== 0 &&
    !(order.paymentId !== null && payments.has(order.paymentId));
  return [
    ...captures
      .filter((capture) => !orders.has(capture.orderId))
      .map(({ captureId, orderId }) =>
        violation('CAPTURE_WITHOUT_ORDER', captureId, `Order ${orderId} does not exist.`),
      ),
    ...books.orders
      .filter(isUnpaid)
      .map(({ orderId, paymentId }) =>
        violation('ORDER_WITHOUT_PAYMENT', orderId, `Payment ${paymentId ?? 'none'}.`),
      ),
  ];
}

/** The frozen amounts of a line are those of its quote. */
export function changedFrozenAmounts(books: Pick<Books, 'orders'>): Violation[] {
  return books.orders.flatMap(({ orderId, items }) =>
    items.flatMap(({ itemId, frozen, quoted }) => {
      const changed = Object.keys(quoted).filter((name) => frozen[name] !== quoted[name]);
      if (changed.length === 0) return [];
      const detail = `Item ${itemId} differs from its quote in ${changed.join(', ')}.`;
      return [violation('FROZEN_AMOUNTS_DIFFER', orderId, detail)];
    }),
  );
}

function violation(code: string, subject: string, detail: string): Violation {
  return { code, subject, detail };
}
