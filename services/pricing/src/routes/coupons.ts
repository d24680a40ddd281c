import { amountMinor, currency, id, page, pageQuery, ppm, timestamp, version } from '@mkt/contracts';
import { type CouponId, type VendorId, newId, ok, refuse } from '@mkt/kernel';
import {
  type Actor,
  type AnyRoute,
  type Database,
  type Row,
  type Scope,
  decodeCursor,
  pageOf,
  platformScope,
  route,
  vendorOfActor,
  vendorScope,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';

const code = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9_-]{2,39}$/, 'must be 3 to 40 letters, digits, hyphens or underscores');
const limits = {
  minimumMinor: amountMinor.nullable().default(null),
  startsAt: timestamp.nullable().default(null),
  endsAt: timestamp.nullable().default(null),
  usageLimit: z.int().min(1).max(1_000_000_000).nullable().default(null),
  perShopperLimit: z.int().min(1).max(1_000).nullable().default(null),
};
const discount = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('percentage'), ratePpm: ppm.min(1) }),
  z.strictObject({ kind: z.literal('fixed'), amountMinor: amountMinor.min(1) }),
  z.strictObject({ kind: z.literal('freeShipping') }),
]);
const newCoupon = z.strictObject({
  code,
  discount,
  currency,
  /** The vendor's share of the discount; only the marketplace may set one below the whole. */
  vendorFundedPpm: ppm.optional(),
  ...limits,
});
const coupon = z.strictObject({
  couponId: id<'Coupon'>(),
  vendorId: id<'Vendor'>().nullable(),
  code: z.string(),
  discount,
  currency,
  vendorFundedPpm: ppm,
  minimumMinor: amountMinor.nullable(),
  startsAt: timestamp.nullable(),
  endsAt: timestamp.nullable(),
  usageLimit: z.int().nullable(),
  perShopperLimit: z.int().nullable(),
  used: z.int(),
  active: z.boolean(),
  version,
});

const whole = 1_000_000;
const editors = { staff: ['owner', 'manager'], scope: 'catalogue:write' } as const;
const readers = { staff: ['owner', 'manager', 'finance'], scope: 'catalogue:read' } as const;
const refusals = { COUPON_NOT_FOUND: 404, COUPON_CODE_TAKEN: 409, FUNDING_NOT_YOURS: 422 };

function scopeOf(actor: Actor): Scope {
  const vendorId = vendorOfActor(actor);
  return vendorId ? vendorScope(vendorId) : platformScope;
}

function couponOf(row: Row): z.output<typeof coupon> {
  const terms =
    row.kind === 'percentage'
      ? ({ kind: 'percentage', ratePpm: row.rate_ppm } as const)
      : row.kind === 'fixed'
        ? ({ kind: 'fixed', amountMinor: row.amount_minor } as const)
        : ({ kind: 'freeShipping' } as const);
  return {
    couponId: row.id as CouponId,
    vendorId: row.vendor_id as VendorId | null,
    code: row.code,
    discount: terms,
    currency: row.currency,
    vendorFundedPpm: row.vendor_funded_ppm,
    minimumMinor: row.minimum_minor,
    startsAt: row.starts_at?.toISOString() ?? null,
    endsAt: row.ends_at?.toISOString() ?? null,
    usageLimit: row.usage_limit,
    perShopperLimit: row.per_shopper_limit,
    used: row.used,
    active: row.active,
    version: row.version,
  };
}

export function couponRoutes(db: Database): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/coupons',
      summary: 'Own coupons; all of them for operators',
      access: ['operator', readers],
      query: z.strictObject(pageQuery),
      reply: { status: 200, schema: page(coupon) },
      async handle({ actor, query }) {
        const after = decodeCursor(query.cursor, z.uuid());
        const rows = await db.transaction(scopeOf(actor), (tx) =>
          tx.query(
            `SELECT * FROM coupons WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
            [after, query.limit + 1],
          ),
        );
        return ok(pageOf(rows, query.limit, { item: couponOf, key: (row) => row.id }));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/coupons',
      summary: 'Make a coupon: a vendor’s for its own lines, an operator’s for all',
      access: ['operator', editors],
      body: newCoupon,
      reply: { status: 201, schema: coupon },
      refusals,
      handle: ({ actor, body, mutate }) =>
        mutate(scopeOf(actor), async (tx) => {
          const vendorId = vendorOfActor(actor);
          const funded = body.vendorFundedPpm ?? (vendorId ? whole : 0);
          if (vendorId && funded !== whole) {
            return refuse('FUNDING_NOT_YOURS', 'A vendor’s coupon is paid for by the vendor alone.');
          }
          // A rival's code is invisible to a vendor's role, so the unique key is what decides.
          const [row] = await tx.query(
            `INSERT INTO coupons (id, vendor_id, code, kind, rate_ppm, amount_minor, currency,
               minimum_minor, vendor_funded_ppm, starts_at, ends_at, usage_limit, per_shopper_limit)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             ON CONFLICT DO NOTHING RETURNING *`,
            [
              newId<'Coupon'>(),
              vendorId,
              body.code,
              body.discount.kind,
              body.discount.kind === 'percentage' ? body.discount.ratePpm : null,
              body.discount.kind === 'fixed' ? body.discount.amountMinor : null,
              body.currency,
              body.minimumMinor,
              funded,
              body.startsAt,
              body.endsAt,
              body.usageLimit,
              body.perShopperLimit,
            ],
          );
          return row
            ? ok(versioned(couponOf(row)))
            : refuse('COUPON_CODE_TAKEN', `The code ${body.code} is taken. Choose another.`);
        }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/coupons/:couponId',
      summary: 'Change a coupon’s limits, dates or whether it works',
      access: ['operator', editors],
      params: z.strictObject({ couponId: id<'Coupon'>() }),
      body: z.strictObject({
        active: z.boolean().optional(),
        endsAt: timestamp.nullable().optional(),
        usageLimit: z.int().min(1).max(1_000_000_000).nullable().optional(),
      }),
      reply: { status: 200, schema: coupon },
      refusals: { ...refusals, LIMIT_BELOW_USE: 409 },
      handle: ({ actor, params, body, ifMatch, mutate }) =>
        mutate(scopeOf(actor), async (tx) => {
          const [known] = await tx.query('SELECT * FROM coupons WHERE id = $1 FOR UPDATE', [
            params.couponId,
          ]);
          if (!known) return refuse('COUPON_NOT_FOUND', 'There is no such coupon.');
          if (ifMatch !== undefined && ifMatch !== known.version) {
            return refuse('VERSION_CONFLICT', `The coupon has version ${known.version} now.`);
          }
          const usageLimit = body.usageLimit === undefined ? known.usage_limit : body.usageLimit;
          if (usageLimit !== null && usageLimit < known.used) {
            return refuse('LIMIT_BELOW_USE', `The coupon was used ${known.used} times already.`);
          }
          const [row] = await tx.query(
            `UPDATE coupons SET active = $2, ends_at = $3, usage_limit = $4, version = version + 1
             WHERE id = $1 RETURNING *`,
            [
              params.couponId,
              body.active ?? known.active,
              body.endsAt === undefined ? known.ends_at : body.endsAt,
              usageLimit,
            ],
          );
          return ok(versioned(couponOf(row as Row)));
        }),
    }),
  ];
}
