import {
  amountMinor,
  currency,
  id,
  page,
  pageQuery,
  ppm,
  timestamp,
  version,
} from '@mkt/contracts';
import { newId, ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import {
  type Actor,
  type AnyRoute,
  type Database,
  decodeIdCursor,
  pageOf,
  platformScope,
  route,
  type Scope,
  vendorOfActor,
  vendorScope,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import { changeCoupon } from '../operations/change-coupon.ts';
import { type Coupon, insertCoupon, listCoupons } from '../store/coupons.ts';

const code = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9_-]{2,39}$/, 'must be 3 to 40 letters, digits, hyphens or underscores');
const usageLimit = z.int().min(1).max(1_000_000_000).nullable();
const discount = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('percentage'), ratePpm: ppm.min(1) }),
  z.strictObject({ kind: z.literal('fixed'), amountMinor: amountMinor.min(1) }),
  z.strictObject({ kind: z.literal('freeShipping') }),
]);
const newCoupon = z
  .strictObject({
    code,
    discount,
    /** Of a fixed amount and of the minimum. */
    currency,
    /** The vendor's share of the discount; only the marketplace may set one below the whole. */
    vendorFundedPpm: ppm.optional(),
    minimumMinor: amountMinor.nullable().default(null),
    startsAt: timestamp.nullable().default(null),
    endsAt: timestamp.nullable().default(null),
    usageLimit: usageLimit.default(null),
    perShopperLimit: z.int().min(1).max(1_000).nullable().default(null),
  })
  .refine(
    ({ startsAt, endsAt }) => !startsAt || !endsAt || Date.parse(startsAt) < Date.parse(endsAt),
    'must start before it ends',
  );
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
const couponParams = z.strictObject({ couponId: id<'Coupon'>() });
const changeRefusals = { COUPON_NOT_FOUND: 404, LIMIT_BELOW_USE: 409, COUPON_DATES_INVALID: 422 };

/** A vendor's people have the vendor's coupons, operators those of all and the marketplace's. */
function scopeOf(actor: Actor): Scope {
  const vendorId = vendorOfActor(actor);
  return vendorId ? vendorScope(vendorId) : platformScope;
}

const dateOf = (text: string | null) => (text === null ? null : new Date(text));

function shown({ startsAt, endsAt, ...rest }: Coupon): z.output<typeof coupon> {
  return {
    ...rest,
    startsAt: startsAt?.toISOString() ?? null,
    endsAt: endsAt?.toISOString() ?? null,
  };
}

function answered(changed: Result<Coupon, Refusal>) {
  return changed.ok ? ok(versioned(shown(changed.value))) : changed;
}

export function couponRoutes(db: Database): AnyRoute[] {
  const list = route({
    method: 'GET',
    path: '/v1/coupons',
    summary: 'Own coupons; all of them for operators',
    access: ['operator', readers],
    query: z.strictObject(pageQuery),
    reply: { status: 200, schema: page(coupon) },
    async handle({ actor, query }) {
      const after = decodeIdCursor(query.cursor);
      const found = await db.transaction(scopeOf(actor), (tx) =>
        listCoupons(tx, after, query.limit),
      );
      return ok(pageOf(found, query.limit, { item: shown, key: ({ couponId }) => couponId }));
    },
  });

  const add = route({
    method: 'POST',
    path: '/v1/coupons',
    summary: 'Make a coupon: a vendor’s for its own lines, an operator’s for all',
    access: ['operator', editors],
    body: newCoupon,
    reply: { status: 201, schema: coupon },
    refusals: { COUPON_CODE_TAKEN: 409, FUNDING_NOT_YOURS: 422 },
    handle: ({ actor, body, mutate }) =>
      mutate(scopeOf(actor), async (tx) => {
        const vendorId = vendorOfActor(actor);
        const vendorFundedPpm = body.vendorFundedPpm ?? (vendorId ? whole : 0);
        if (vendorId && vendorFundedPpm !== whole) {
          return refuse('FUNDING_NOT_YOURS', 'A vendor’s coupon is paid for by the vendor alone.');
        }
        const added = await insertCoupon(tx, {
          ...body,
          couponId: newId(),
          vendorId,
          vendorFundedPpm,
          startsAt: dateOf(body.startsAt),
          endsAt: dateOf(body.endsAt),
        });
        return added
          ? ok(versioned(shown(added)))
          : refuse('COUPON_CODE_TAKEN', `The code ${body.code} is taken. Choose another.`);
      }),
  });

  const change = route({
    method: 'PATCH',
    path: '/v1/coupons/:couponId',
    summary: 'Change a coupon’s limit, its end or whether it works',
    access: ['operator', editors],
    params: couponParams,
    body: z.strictObject({
      active: z.boolean().optional(),
      endsAt: timestamp.nullable().optional(),
      usageLimit: usageLimit.optional(),
    }),
    reply: { status: 200, schema: coupon },
    refusals: changeRefusals,
    handle: ({ actor, params: { couponId }, body, ifMatch, mutate }) =>
      mutate(scopeOf(actor), async (tx) => {
        const endsAt = body.endsAt === undefined ? undefined : dateOf(body.endsAt);
        const wanted = { ...body, couponId, endsAt, expectedVersion: ifMatch };
        return answered(await changeCoupon(tx, wanted));
      }),
  });

  const archive = route({
    method: 'DELETE',
    path: '/v1/coupons/:couponId',
    summary: 'Switch a coupon off; it is kept, for orders name it, and so is its code',
    access: ['operator', editors],
    params: couponParams,
    reply: { status: 200, schema: coupon },
    refusals: changeRefusals,
    handle: ({ actor, params: { couponId }, ifMatch, mutate }) =>
      mutate(scopeOf(actor), async (tx) =>
        answered(await changeCoupon(tx, { couponId, active: false, expectedVersion: ifMatch })),
      ),
  });

  return [list, add, change, archive];
}
