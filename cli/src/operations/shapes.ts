import type { Money } from '@mkt/kernel';

// The parts of the API's answers that the command line looks into; `--json` passes on the whole.

export const vendorStatuses = ['applied', 'approved', 'rejected', 'suspended'] as const;

export interface Vendor {
  readonly vendorId: string;
  readonly name: string;
  readonly slug: string;
  readonly country: string;
  readonly story: string | null;
  readonly status: (typeof vendorStatuses)[number];
  readonly handlingDays: number;
  readonly version: number;
  readonly contactEmail?: string;
  readonly statusReason?: string | null;
  readonly appliedAt?: string;
  readonly approvedAt: string | null;
}

export interface Checklist {
  readonly status: Vendor['status'];
  readonly complete: boolean;
  readonly missing: readonly string[];
  readonly termsVersion: string;
  readonly products: { readonly count: number; readonly minimum: number };
  readonly items: readonly {
    readonly requirement: string;
    readonly required: boolean;
    readonly done: boolean;
    readonly statedAt: string | null;
  }[];
}

export const productStatuses = [
  'draft',
  'submitted',
  'changesRequested',
  'approved',
  'rejected',
  'published',
  'archived',
] as const;

export interface ProductSummary {
  readonly id: string;
  readonly handle: string;
  readonly title: string;
  readonly vendorId: string;
  readonly vendorName: string | null;
  readonly priceFrom: Money | null;
  readonly priceTo: Money | null;
  readonly status?: (typeof productStatuses)[number];
  readonly variantCount?: number;
  readonly reviewNote?: string | null;
}

export interface RowProblem {
  readonly line: number;
  readonly column: string | null;
  readonly value?: string;
  readonly code: string;
  readonly problem: string;
  readonly remedy: string;
}

export interface ImportReport {
  readonly products: {
    readonly created: number;
    readonly updated: number;
    readonly unchanged: number;
    readonly skipped: number;
  };
  readonly rows: number;
  readonly problems: readonly RowProblem[];
  readonly problemCount: number;
  readonly truncated: boolean;
}

export interface StockLevel {
  readonly variantId: string;
  readonly productId: string;
  readonly locationId: string;
  readonly sku: string | null;
  readonly title: string;
  readonly stocked: number;
  readonly reserved: number;
  readonly available: number;
  readonly backorder: boolean;
  readonly version: number;
}

export const orderStatuses = [
  'placed',
  'partlyShipped',
  'shipped',
  'delivered',
  'completed',
  'cancelled',
] as const;

export interface OrderSummary {
  readonly orderId: string;
  readonly number: string;
  readonly vendorId: string;
  readonly status: (typeof orderStatuses)[number];
  readonly payable: Money;
  readonly recipient: string;
  readonly units: number;
  readonly placedAt: string;
}

export interface OrderLine {
  readonly lineId: string;
  readonly kind: 'line' | 'shipping';
  readonly sku: string | null;
  readonly title: string;
  readonly variantTitle: string | null;
  readonly quantity: number;
  readonly units: {
    readonly free: number;
    readonly shipped: number;
    readonly delivered: number;
    readonly cancelled: number;
    readonly returned: number;
  };
  readonly price: { readonly discount: Money; readonly tax: Money; readonly payable: Money };
}

export interface Order {
  readonly orderId: string;
  readonly number: string;
  readonly vendorId: string;
  readonly status: (typeof orderStatuses)[number];
  readonly placedAt: string;
  readonly dueAt: string | null;
  readonly shippingAddress: {
    readonly name: string;
    readonly line1: string;
    readonly postalCode: string;
    readonly city: string;
    readonly country: string;
  };
  readonly payable: Money;
  readonly captured: Money;
  readonly voided: Money;
  readonly refunded: Money;
  readonly captureState: string;
  readonly lines: readonly OrderLine[];
  readonly shipments: readonly {
    readonly shipmentId: string;
    readonly carrier: string;
    readonly trackingNumber: string;
    readonly shippedAt: string;
    readonly deliveredAt: string | null;
  }[];
  readonly timeline: readonly { readonly at: string; readonly kind: string; readonly by: string }[];
}

export interface Shipment {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly status: 'shipped' | 'delivered';
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly deliveredAt: string | null;
}

export interface Balances {
  readonly vendorId: string | null;
  readonly accounts: readonly {
    readonly account: string;
    readonly side: 'debit' | 'credit';
    readonly balance: Money;
  }[];
}

export interface StatementRow {
  readonly kind: string;
  readonly at: string;
  readonly orderNumber: string | null;
  readonly title: string;
  readonly units: number;
  readonly base: Money;
  readonly discountByVendor: Money;
  readonly discountByMarketplace: Money;
  readonly tax: Money;
  readonly payable: Money;
  readonly commission: Money;
  readonly commissionTax: Money;
  readonly credit: Money;
}

export interface Statement {
  readonly vendorId: string;
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly opening: Money;
  readonly closing: Money;
  readonly rows: readonly StatementRow[];
}

export interface Verification {
  readonly ok: boolean;
  readonly checked: Readonly<Record<string, number>>;
  readonly violations: readonly {
    readonly code: string;
    readonly subject: string;
    readonly detail: string;
  }[];
}

export interface SearchReply {
  readonly items: readonly {
    readonly productId: string;
    readonly vendorName: string;
    readonly handle: string;
    readonly title: string;
    readonly type: string;
    readonly price: Money;
    readonly inStock: boolean;
    readonly ratingAverage: number;
    readonly ratingCount: number;
  }[];
  readonly total: number;
  readonly terms: readonly {
    readonly typed: string;
    readonly match: string;
    readonly readAs: readonly string[];
  }[];
}

export interface Suggestions {
  readonly items: readonly {
    readonly kind: string;
    readonly text: string;
    readonly value: string;
    readonly count: number;
  }[];
}

export interface Usage {
  readonly from: string;
  readonly to: string;
  readonly meters: readonly {
    readonly meter: string;
    readonly used: number;
    readonly limit: number | null;
    readonly exhaustedAt: string | null;
    readonly level: string;
  }[];
  readonly rows: readonly {
    readonly service: string;
    readonly meter: string;
    readonly vendorId: string | null;
    readonly amount: number;
  }[];
}

export interface BusinessClock {
  readonly now: string;
  readonly adjustable: boolean;
}

export interface Product {
  readonly id: string;
  readonly version: number;
  readonly status: (typeof productStatuses)[number];
  readonly vendorName: string | null;
  readonly handle: string;
  readonly title: string;
  readonly type: string;
  readonly tags: readonly string[];
  readonly variants: readonly {
    readonly id: string;
    readonly title: string | null;
    readonly sku: string | null;
    readonly price: Money;
    readonly compareAt: Money | null;
    readonly grams: number;
  }[];
  readonly rating: { readonly average: number; readonly count: number };
  readonly publishedAt: string | null;
  readonly updatedAt: string;
  readonly reviewNote?: string | null;
}

export const staffRoles = ['owner', 'manager', 'fulfiller', 'finance'] as const;

export interface StaffMember {
  readonly userId: string;
  readonly role: (typeof staffRoles)[number];
  readonly email: string;
  readonly joinedAt: string;
}

export interface Invitation {
  readonly invitationId: string;
  readonly email: string;
  readonly role: (typeof staffRoles)[number];
  readonly expiresAt: string;
}

export const keyScopes = [
  'catalogue:read',
  'catalogue:write',
  'stock:read',
  'stock:write',
  'orders:read',
  'orders:write',
  'finance:read',
  'settings:write',
] as const;

export interface ApiKey {
  readonly keyId: string;
  readonly startsWith: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly expired: boolean;
  readonly lastUsedAt: string | null;
}
