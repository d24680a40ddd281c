import {
  type FrozenItem,
  orderDelivered,
  orderPlaced,
  paymentCaptured,
  paymentRefunded,
  paymentVoided,
} from '@mkt/contracts';
import { newId, partOf, uuidv7 } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { inject } from 'vitest';
import type { PayoutOverrides } from '../src/app.ts';
import { createPayoutService } from '../src/service.ts';

export const dayMs = 86_400_000;

export function startPayout(overrides: PayoutOverrides = {}): Promise<TestService> {
  return startTestService(createPayoutService(overrides), { postgresUrl: inject('postgresUrl') });
}

export interface SaleItem {
  readonly kind?: 'line' | 'shipping';
  readonly quantity?: number;
  readonly payable: number;
  readonly tax?: number;
  readonly marketplaceFunded?: number;
  readonly vendorFunded?: number;
  readonly commission?: number;
  readonly commissionTax?: number;
}

export interface Units {
  readonly lineId: string;
  readonly fromUnit: number;
  readonly units: number;
}

interface SaleOptions {
  readonly vendorId?: string;
  readonly currency?: string;
  readonly taxLiability?: 'marketplace' | 'vendor';
}

/** One vendor order with the events that other services would send about it. */
export class Sale {
  readonly it: TestService;
  readonly vendorId: string;
  readonly groupId = newId() as string;
  readonly orderId = newId() as string;
  readonly paymentId = newId() as string;
  readonly number = `M-${this.orderId.slice(-6)}-1`;
  readonly currency: string;
  readonly taxLiability: 'marketplace' | 'vendor';
  readonly items: readonly FrozenItem[];
  #version = 1;

  constructor(it: TestService, items: readonly SaleItem[], options: SaleOptions = {}) {
    this.it = it;
    this.vendorId = options.vendorId ?? newId();
    this.currency = options.currency ?? 'EUR';
    this.taxLiability = options.taxLiability ?? 'marketplace';
    this.items = items.map((item, index) => frozen(item, this.vendorId, index));
  }

  get payableMinor(): number {
    return this.items.reduce((sum, item) => sum + item.payableMinor, 0);
  }

  /** All units of all items. */
  get all(): Units[] {
    return this.items.map(({ lineId, quantity }) => ({ lineId, fromUnit: 0, units: quantity }));
  }

  units(index: number, fromUnit: number, units: number): Units {
    return { lineId: this.items[index]?.lineId ?? '', fromUnit, units };
  }

  amountOf(units: readonly Units[]): number {
    return units.reduce((sum, run) => {
      const item = this.items.find((one) => one.lineId === run.lineId);
      const { payableMinor = 0, quantity = 1 } = item ?? {};
      return sum + partOf(payableMinor, quantity, run.fromUnit, run.units);
    }, 0);
  }

  place() {
    const sample = orderPlaced.payload.parse(orderPlaced.sample);
    return this.it.deliver(orderPlaced, {
      ...sample,
      groupId: this.groupId,
      paymentId: this.paymentId,
      currency: this.currency,
      terms: { ...sample.terms, taxLiability: this.taxLiability },
      orders: [
        {
          orderId: this.orderId,
          number: this.number,
          vendorId: this.vendorId,
          items: this.items,
          payableMinor: this.payableMinor,
        },
      ],
      totalMinor: this.payableMinor,
      placedAt: this.it.clock.now().toISOString(),
    } as never);
  }

  #movement(items: readonly Units[], amountMinor: number) {
    this.#version += 1;
    const { paymentId, groupId, orderId, vendorId, currency } = this;
    const at = this.it.clock.now().toISOString();
    const common = { paymentId, groupId, orderId, vendorId, currency, at };
    return {
      payload: { ...common, amountMinor, items },
      envelope: { aggregateId: paymentId, aggregateVersion: this.#version, vendorId },
    };
  }

  capture(units = this.all, feeMinor = 0, captureId: string = newId()) {
    const { payload, envelope } = this.#movement(units, this.amountOf(units));
    return this.it.deliver(paymentCaptured, { ...payload, captureId, feeMinor } as never, envelope);
  }

  void(units: readonly Units[]) {
    const { payload, envelope } = this.#movement(units, this.amountOf(units));
    return this.it.deliver(paymentVoided, payload as never, envelope);
  }

  refund(units: readonly Units[]) {
    const { payload, envelope } = this.#movement(units, this.amountOf(units));
    const refund = { ...payload, refundId: newId(), bearer: null };
    return this.it.deliver(paymentRefunded, refund as never, envelope);
  }

  goodwill(amountMinor: number, bearer: 'vendor' | 'marketplace') {
    const { payload, envelope } = this.#movement([], amountMinor);
    const refund = { ...payload, refundId: newId(), bearer };
    return this.it.deliver(paymentRefunded, refund as never, envelope);
  }

  delivered(units = this.all.filter((_, index) => this.items[index]?.kind === 'line')) {
    return this.it.deliver(orderDelivered, {
      orderId: this.orderId,
      groupId: this.groupId,
      number: this.number,
      vendorId: this.vendorId,
      shopperId: newId(),
      lines: units.map((run) => ({
        lineId: run.lineId,
        productId: newId(),
        variantId: newId(),
        title: 'A mug',
        quantity: run.units,
      })),
      whole: true,
      deliveredAt: this.it.clock.now().toISOString(),
    } as never);
  }

  /** Placed, captured, delivered, and its hold is over. */
  async earn(): Promise<void> {
    await this.place();
    await this.capture();
    await this.delivered();
    await this.it.advance(7 * dayMs);
  }

  balances() {
    return balancesOf(this.it, this.vendorId);
  }
}

function frozen(item: SaleItem, vendorId: string, index: number): FrozenItem {
  const { kind = 'line', quantity = 1, payable, tax = 0 } = item;
  const { marketplaceFunded = 0, vendorFunded = 0, commission = 0, commissionTax = 0 } = item;
  const discountMinor = marketplaceFunded + vendorFunded;
  return {
    itemId: kind === 'line' ? newId() : `shipping:${vendorId}`,
    lineId: newId<'OrderLine'>(),
    kind,
    vendorId,
    productId: null,
    variantId: null,
    sku: null,
    title: `Item ${index + 1}`,
    variantTitle: null,
    imageSrc: null,
    grams: 0,
    requiresShipping: true,
    quantity,
    unitAmountMinor: 0,
    baseMinor: payable + discountMinor,
    discountMinor,
    vendorFundedMinor: vendorFunded,
    marketplaceFundedMinor: marketplaceFunded,
    netMinor: payable - tax,
    taxMinor: tax,
    taxRatePpm: 0,
    taxCategory: 'standard',
    payableMinor: payable,
    coupons: [],
    commissionBaseMinor: payable - tax,
    commissionMinor: commission,
    commissionTaxMinor: commissionTax,
  } as unknown as FrozenItem;
}

/** A vendor's accounts in all currencies, as the ledger stores them: credits are negative. */
export async function balancesOf(it: TestService, vendorId: string | null) {
  const { rows } = await it.database.admin(
    `SELECT name, balance_minor AS balance FROM payout.accounts
     WHERE vendor_id IS NOT DISTINCT FROM $1::uuid AND balance_minor <> 0`,
    [vendorId],
  );
  return Object.fromEntries(rows.map((row) => [row.name, Number(row.balance)])) as Record<
    string,
    number
  >;
}

export async function verifyBooks(it: TestService) {
  const token = await it.tokens.operator(uuidv7());
  const reply = await it.request('POST', '/v1/ledger/verify', { token });
  return reply.body as {
    ok: boolean;
    checked: Record<string, number>;
    violations: { code: string; subject: string; detail: string }[];
  };
}

export async function deadLetters(it: TestService) {
  const { rows } = await it.database.admin('SELECT type, reason FROM payout.dead_letters');
  return rows;
}

/** Does something to the stored books that no role of the service may do. */
export async function tamper(it: TestService, sql: string): Promise<void> {
  await it.database.admin(`DO $tamper$ BEGIN
    SET LOCAL session_replication_role = replica;
    ${sql};
  END $tamper$`);
}
