import {
  cartGet,
  inventoryConfirm,
  inventoryRelease,
  inventoryReserve,
  type PaymentState,
  paymentAuthorize,
  paymentCapture,
  paymentFind,
  paymentRefund,
  paymentVoid,
  payoutFreezeCommission,
  pricingQuote,
  pricingRedeem,
  pricingReleaseRedemption,
  type Quote,
  type QuoteItem,
  shippingQuote,
} from '@mkt/contracts';
import { type Id, mulPpm, newId, ok, refuse, type VendorId } from '@mkt/kernel';
import { currentContext, Fault, type PeerHandler, peerHandler } from '@mkt/service-kit';

export interface WorldLine {
  readonly lineId: Id<'CartLine'>;
  readonly variantId: Id<'Variant'>;
  readonly productId: Id<'Product'>;
  readonly vendorId: VendorId;
  readonly quantity: number;
  readonly unitMinor: number;
  readonly requiresShipping: boolean;
}

interface Hold {
  readonly lines: readonly { variantId: string; quantity: number }[];
  state: 'held' | 'confirmed' | 'expired' | 'released';
}

/** What a payment token makes of a payment. */
export const tokens = {
  good: 'tok_good',
  declined: 'tok_declined',
  challenge: 'tok_challenge',
  unknown: 'tok_unknown',
} as const;

const rateId = newId<'Product'>() as string;
export const shippingMinor = 500;

/** The services around this one, small enough to read, with the state that their promises need. */
export class World {
  readonly vendors = [newId<'Vendor'>(), newId<'Vendor'>()].sort() as [VendorId, VendorId];
  /** Open carts; all hold the same lines. */
  readonly carts = new Set<string>();
  readonly cartsOfKeys = new Map<string, string>();
  lines: WorldLine[];
  couponCodes: string[] = [];
  readonly refusedCoupons = new Set<string>();
  readonly unavailable = new Set<string>();
  readonly stock = new Map<string, number>();
  readonly holds = new Map<string, Hold>();
  readonly redemptions = new Map<string, 'redeemed' | 'released'>();
  readonly payments = new Map<string, { state: PaymentState; operationKey: string }>();
  readonly movements = new Map<string, { kind: string; amountMinor: number; items: unknown[] }>();
  readonly calls: string[] = [];
  /**
   * Operations that fail or are refused for now, by name. `bug` fails without opening the circuit
   * breaker, whose time is the machine's and not the test's.
   */
  readonly broken = new Map<string, 'fault' | 'bug' | 'refused' | 'faultAfter'>();
  /** Runs before an operation answers. */
  before: (operation: string) => void | Promise<void> = () => {};
  /** Statements of the work that called last, counted over all services. */
  spent: { sqlRoundTrips: number } | undefined;

  constructor() {
    const [first, second] = this.vendors;
    this.lines = [
      line(first, { quantity: 3, unitMinor: 1_000 }),
      line(first, { quantity: 1, unitMinor: 2_599 }),
      line(second, { quantity: 2, unitMinor: 777 }),
    ];
    for (const { variantId } of this.lines) this.stock.set(variantId, 1_000_000);
  }

  get shipping() {
    return [...new Set(this.lines.filter((l) => l.requiresShipping).map((l) => l.vendorId))].map(
      (vendorId) => ({ vendorId, rateId }),
    );
  }

  newCart(): string {
    const cartId = newId<'Cart'>();
    this.carts.add(cartId);
    return cartId;
  }

  cartOfKey(key: string): string {
    const cartId = this.cartsOfKeys.get(key) ?? this.newCart();
    this.cartsOfKeys.set(key, cartId);
    return cartId;
  }

  totalMinor(): number {
    return this.quote(this.shipping.map((s) => ({ ...s, amountMinor: shippingMinor }))).totalMinor;
  }

  available(variantId: string): number {
    const held = [...this.holds.values()]
      .filter((hold) => hold.state === 'held' || hold.state === 'confirmed')
      .flatMap((hold) => hold.lines)
      .filter((l) => l.variantId === variantId)
      .reduce((sum, l) => sum + l.quantity, 0);
    return (this.stock.get(variantId) ?? 0) - held;
  }

  paymentOf(groupId: string): PaymentState | undefined {
    return this.payments.get(groupId)?.state;
  }

  settle(groupId: string, status: PaymentState['status'], declineCode: string | null = null): void {
    const payment = this.payments.get(groupId);
    if (!payment) throw new Error('No such payment');
    this.payments.set(groupId, { ...payment, state: { ...payment.state, status, declineCode } });
  }

  quote(shipping: readonly { vendorId: VendorId; amountMinor: number }[]): Quote {
    const goods = this.lines
      .filter((l) => !this.unavailable.has(l.lineId))
      .map((l) => goodsItem(l, this.couponCodes));
    const items = [...goods, ...shipping.map(shippingItem)];
    return {
      currency: 'EUR' as Quote['currency'],
      terms: { taxMode: 'exclusive', taxLiability: 'marketplace', marketplaceFundingTaxed: true },
      items,
      coupons: this.couponCodes
        .filter((code) => !this.refusedCoupons.has(code))
        .map((code) => ({
          code,
          vendorId: null,
          discountMinor: items.reduce((sum, item) => sum + item.discountMinor, 0),
        })),
      refusedCoupons: [...this.refusedCoupons].map((code) => ({ code, reason: 'COUPON_EXPIRED' })),
      unavailable: [...this.unavailable].map((itemId) => ({ itemId, reason: 'VENDOR_SUSPENDED' })),
      totalMinor: items.reduce((sum, item) => sum + item.payableMinor, 0),
    };
  }

  peers(): PeerHandler[] {
    const handlers: PeerHandler[] = [
      peerHandler(cartGet, async ({ cartId }) => {
        if (!this.carts.has(cartId)) return refuse('CART_NOT_FOUND', 'No such cart.');
        const lines = this.lines.map(({ lineId, variantId, quantity }) => ({
          lineId,
          variantId,
          quantity,
        }));
        const { currency } = this.quote([]);
        return ok({ cartId, version: 1, currency, lines, couponCodes: this.couponCodes });
      }),
      peerHandler(pricingQuote, async ({ shipping }) => ok(this.quote(shipping))),
      peerHandler(shippingQuote, async ({ parcels }) =>
        ok({
          options: parcels.map(({ vendorId }) => ({
            vendorId,
            rateId,
            name: 'Parcel',
            amountMinor: shippingMinor,
            minDays: 1,
            maxDays: 3,
          })),
          unserved: [],
        }),
      ),
      peerHandler(payoutFreezeCommission, async ({ orders }) =>
        ok({
          items: orders
            .flatMap((order) => order.items)
            .map(({ itemId, kind, netMinor }) => {
              const commissionMinor = kind === 'line' ? mulPpm(netMinor, 120_000) : 0;
              const commissionTaxMinor = mulPpm(commissionMinor, 230_000);
              return { itemId, commissionBaseMinor: netMinor, commissionMinor, commissionTaxMinor };
            }),
        }),
      ),
      ...this.stockPeers(),
      ...this.couponPeers(),
      ...this.paymentPeers(),
    ];
    return handlers.map((handler) => this.watched(handler));
  }

  private watched({ operation, handle }: PeerHandler): PeerHandler {
    return {
      operation,
      handle: async (request) => {
        const { name } = operation;
        this.calls.push(name);
        this.spent = currentContext()?.spent;
        await this.before(name);
        const how = this.broken.get(name);
        if (how === 'fault') throw new Fault('DEPENDENCY_UNAVAILABLE', `${name} is down`);
        if (how === 'bug') throw new Error(`${name} has a defect`);
        if (how === 'refused') return refuse('REFUSED_BY_TEST', 'Not now.');
        const outcome = await handle(request);
        if (how === 'faultAfter') throw new Fault('DEPENDENCY_TIMEOUT', `${name} is slow`);
        return outcome;
      },
    };
  }

  private stockPeers(): PeerHandler[] {
    return [
      peerHandler(inventoryReserve, async ({ groupId, lines }) => {
        const hold = this.holds.get(groupId);
        if (hold?.state === 'held' || hold?.state === 'confirmed') return ok({});
        if (hold?.state === 'released') return refuse('RESERVATION_RELEASED', 'Given back.');
        const demand = Map.groupBy(lines, (l) => l.variantId);
        const short = [...demand]
          .filter(([id, rows]) => rows.reduce((n, l) => n + l.quantity, 0) > this.available(id))
          .map(([id]) => id);
        if (short.length > 0) {
          return refuse('INSUFFICIENT_STOCK', 'Not enough.', { variantIds: short });
        }
        this.holds.set(groupId, { lines, state: 'held' });
        return ok({});
      }),
      peerHandler(inventoryConfirm, async ({ groupId }) => {
        const hold = this.holds.get(groupId);
        if (hold?.state !== 'held' && hold?.state !== 'confirmed') {
          return refuse('RESERVATION_EXPIRED', 'Gone.');
        }
        hold.state = 'confirmed';
        return ok({});
      }),
      peerHandler(inventoryRelease, async ({ groupId }) => {
        this.holds.set(groupId, { lines: [], state: 'released' });
        return ok({});
      }),
    ];
  }

  private couponPeers(): PeerHandler[] {
    return [
      peerHandler(pricingRedeem, async ({ groupId }) => {
        this.redemptions.set(groupId, 'redeemed');
        return ok({});
      }),
      peerHandler(pricingReleaseRedemption, async ({ groupId }) => {
        this.redemptions.set(groupId, 'released');
        return ok({});
      }),
    ];
  }

  private paymentPeers(): PeerHandler[] {
    const move =
      (kind: string) =>
      ({ operationKey, amountMinor, items }: MovementRequest) => {
        const known = this.movements.get(operationKey);
        this.movements.set(operationKey, known ?? { kind, amountMinor, items });
        return amountMinor;
      };
    return [
      peerHandler(paymentAuthorize, async (request) => {
        const known = this.payments.get(request.groupId);
        if (known) return ok(known.state);
        const state = paymentOf(request.groupId, request.paymentToken, request);
        this.payments.set(request.groupId, { state, operationKey: request.operationKey });
        return ok(state);
      }),
      peerHandler(paymentFind, async ({ groupId }) =>
        ok({ payment: this.paymentOf(groupId) ?? null }),
      ),
      peerHandler(paymentCapture, async (request) =>
        ok({ captureId: newId<'Capture'>(), amountMinor: move('capture')(request) }),
      ),
      peerHandler(paymentVoid, async ({ orderId, ...request }) => {
        if (orderId) move('void')(request);
        else if (this.payments.has(request.groupId)) this.settle(request.groupId, 'voided');
        return ok({});
      }),
      peerHandler(paymentRefund, async (request) =>
        ok({ refundId: newId<'Refund'>(), amountMinor: move('refund')(request) }),
      ),
    ];
  }
}

interface MovementRequest {
  readonly operationKey: string;
  readonly amountMinor: number;
  readonly items: unknown[];
}

export function line(vendorId: VendorId, of: { quantity: number; unitMinor: number }): WorldLine {
  return {
    lineId: newId(),
    variantId: newId(),
    productId: newId(),
    vendorId,
    requiresShipping: true,
    ...of,
  };
}

const taxPpm = 230_000;

/** Ten per cent off for every coupon, paid by the vendor. */
function goodsItem(l: WorldLine, coupons: readonly string[]): QuoteItem {
  const baseMinor = l.quantity * l.unitMinor;
  const each = mulPpm(baseMinor, 100_000);
  const discountMinor = each * coupons.length;
  const netMinor = baseMinor - discountMinor;
  const taxMinor = mulPpm(netMinor, taxPpm);
  return {
    itemId: l.lineId,
    kind: 'line',
    vendorId: l.vendorId,
    productId: l.productId,
    variantId: l.variantId,
    sku: null,
    title: `Mug at ${l.unitMinor}`,
    variantTitle: null,
    imageSrc: null,
    grams: 300,
    requiresShipping: l.requiresShipping,
    quantity: l.quantity,
    unitAmountMinor: l.unitMinor,
    baseMinor,
    discountMinor,
    vendorFundedMinor: discountMinor,
    marketplaceFundedMinor: 0,
    netMinor,
    taxMinor,
    taxRatePpm: taxPpm,
    taxCategory: 'standard',
    payableMinor: netMinor + taxMinor,
    coupons: coupons.map((code) => ({ code, discountMinor: each, vendorFundedMinor: each })),
  };
}

function shippingItem({ vendorId, amountMinor }: { vendorId: VendorId; amountMinor: number }) {
  const taxMinor = mulPpm(amountMinor, taxPpm);
  return {
    itemId: `shipping:${vendorId}`,
    kind: 'shipping' as const,
    vendorId,
    productId: null,
    variantId: null,
    sku: null,
    title: 'Shipping',
    variantTitle: null,
    imageSrc: null,
    grams: 0,
    requiresShipping: false,
    quantity: 1,
    unitAmountMinor: amountMinor,
    baseMinor: amountMinor,
    discountMinor: 0,
    vendorFundedMinor: 0,
    marketplaceFundedMinor: 0,
    netMinor: amountMinor,
    taxMinor,
    taxRatePpm: taxPpm,
    taxCategory: 'shipping',
    payableMinor: amountMinor + taxMinor,
    coupons: [],
  };
}

function paymentOf(
  groupId: Id<'OrderGroup'>,
  token: string | null,
  { amountMinor, currency }: Pick<PaymentState, 'amountMinor' | 'currency'>,
): PaymentState {
  const status =
    token === tokens.declined
      ? 'declined'
      : token === tokens.challenge
        ? 'requiresAction'
        : token === tokens.unknown
          ? 'unknown'
          : 'authorized';
  return {
    paymentId: newId(),
    groupId,
    status,
    amountMinor,
    currency,
    declineCode: status === 'declined' ? 'insufficient_funds' : null,
    actionUrl: status === 'requiresAction' ? 'https://bank.example.test/challenge' : null,
  };
}
