import { country, id, quantity, text } from '@mkt/contracts';
import {
  assert,
  type CartId,
  type CurrencyCode,
  newId,
  ok,
  type Refusal,
  type Result,
  refuse,
  type UserId,
} from '@mkt/kernel';
import {
  type Actor,
  type AnyRoute,
  type Database,
  type Peers,
  platformScope,
  type RouteRequest,
  route,
  type TokenVerifier,
  type Tx,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import {
  addLine,
  type Cart,
  maxCoupons,
  mergeCarts,
  removeLine,
  setCoupons,
  setQuantity,
} from '../domain/cart.ts';
import { previewCart } from '../operations/preview.ts';
import {
  lockCart,
  lockOpenCartOf,
  markMerged,
  openCart,
  readCart,
  readOpenCartOf,
  saveCart,
} from '../store/carts.ts';
import { cartReply, cartReplyOf } from './shapes.ts';

export interface CartRouteOptions {
  readonly db: Database;
  readonly peers: Peers;
  readonly tokens: TokenVerifier;
  readonly currency: CurrencyCode;
  /** Where goods go as long as the shopper has not said. */
  readonly country: string;
}

const cartParams = z.strictObject({ cartId: id<'Cart'>() });
const lineParams = z.strictObject({ cartId: id<'Cart'>(), lineId: id<'CartLine'>() });
const destination = z.strictObject({ country: country.optional() });
const reply = { status: 200, schema: cartReply } as const;
const refusals = { CART_NOT_FOUND: 404, LINE_NOT_FOUND: 404, GUEST_TOKEN_INVALID: 422 };

function notFound(): Result<never, Refusal> {
  return refuse('CART_NOT_FOUND', 'You have no such cart, or it was ordered already.');
}

function ownerOf(actor: Actor): UserId {
  assert('userId' in actor, 'The access rule lets only shoppers in');
  return actor.userId;
}

// biome-ignore lint/suspicious/noExplicitAny: only what every request has is used
type AnyRequest = Pick<RouteRequest<any, any, any>, 'actor' | 'ifMatch' | 'mutate'>;

/** Changes the own cart under its row's lock, so that two changes never lose one another. */
async function changeCart(
  request: AnyRequest,
  cartId: CartId,
  change: (cart: Cart, tx: Tx) => Result<Cart, Refusal> | Promise<Result<Cart, Refusal>>,
): Promise<Result<Cart, Refusal>> {
  return request.mutate(platformScope, async (tx) => {
    const cart = await lockCart(tx, cartId, ownerOf(request.actor));
    if (!cart) return notFound();
    if (request.ifMatch !== undefined && request.ifMatch !== cart.version) {
      return refuse('VERSION_CONFLICT', `The cart has version ${cart.version} now.`);
    }
    const changed = await change(cart, tx);
    return changed.ok ? ok(await saveCart(tx, changed.value)) : changed;
  });
}

export function cartRoutes(options: CartRouteOptions): AnyRoute[] {
  const { db, peers, tokens } = options;

  async function show(
    changed: Result<Cart, Refusal>,
    { country: to = options.country }: z.infer<typeof destination>,
  ) {
    if (!changed.ok) return changed;
    return ok(versioned(cartReplyOf(await previewCart(peers, changed.value, to), to)));
  }

  return [
    route({
      method: 'POST',
      path: '/v1/carts',
      summary: 'The open cart of the shopper, made where there is none',
      access: 'shopper',
      repeat: 'natural',
      query: destination,
      reply,
      async handle({ actor, query, mutate }) {
        const fresh = { cartId: newId<'Cart'>(), currency: options.currency };
        const opened = await mutate(platformScope, async (tx) =>
          ok(await openCart(tx, ownerOf(actor), fresh)),
        );
        return show(opened, query);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/carts/current',
      summary: 'The open cart with today’s prices, stock and shipping',
      access: 'shopper',
      query: destination,
      reply,
      refusals,
      async handle({ actor, query }) {
        const cart = await readOpenCartOf(db, ownerOf(actor));
        return show(cart ? ok(cart) : notFound(), query);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/carts/:cartId',
      summary: 'A cart with today’s prices, stock and shipping',
      access: 'shopper',
      params: cartParams,
      query: destination,
      reply,
      refusals,
      async handle({ actor, params, query }) {
        const cart = await readCart(db, params.cartId, ownerOf(actor));
        return show(cart ? ok(cart) : notFound(), query);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/carts/:cartId/lines',
      summary: 'Put units of a variant in',
      access: 'shopper',
      params: cartParams,
      query: destination,
      body: z.strictObject({ variantId: id<'Variant'>(), quantity }),
      reply,
      refusals,
      handle: async (request) =>
        show(
          await changeCart(request, request.params.cartId, (cart) =>
            addLine(cart, { lineId: newId<'CartLine'>(), ...request.body }),
          ),
          request.query,
        ),
    }),
    route({
      method: 'PATCH',
      path: '/v1/carts/:cartId/lines/:lineId',
      summary: 'Change how many units a line holds',
      access: 'shopper',
      params: lineParams,
      query: destination,
      body: z.strictObject({ quantity }),
      reply,
      refusals,
      handle: async (request) =>
        show(
          await changeCart(request, request.params.cartId, (cart) =>
            setQuantity(cart, request.params.lineId, request.body.quantity),
          ),
          request.query,
        ),
    }),
    route({
      method: 'DELETE',
      path: '/v1/carts/:cartId/lines/:lineId',
      summary: 'Take a line out',
      access: 'shopper',
      params: lineParams,
      query: destination,
      reply,
      refusals,
      handle: async (request) =>
        show(
          await changeCart(request, request.params.cartId, (cart) =>
            removeLine(cart, request.params.lineId),
          ),
          request.query,
        ),
    }),
    route({
      method: 'PUT',
      path: '/v1/carts/:cartId/coupons',
      summary: 'Set the coupon codes, in the order in which they count',
      access: 'shopper',
      params: cartParams,
      query: destination,
      body: z.strictObject({ codes: z.array(text(64)).max(maxCoupons) }),
      reply,
      refusals,
      handle: async (request) =>
        show(
          await changeCart(request, request.params.cartId, (cart) =>
            ok(setCoupons(cart, request.body.codes)),
          ),
          request.query,
        ),
    }),
    route({
      method: 'POST',
      path: '/v1/carts/merge',
      summary: 'Take over the cart that was filled before logging in',
      access: 'account',
      repeat: 'natural',
      query: destination,
      body: z.strictObject({ guestToken: z.string().min(1).max(4_096) }),
      reply,
      refusals,
      async handle({ actor, body, query, mutate }) {
        const guest = await tokens.verify(body.guestToken);
        if (typeof guest === 'string' || guest.kind !== 'guest') {
          return refuse('GUEST_TOKEN_INVALID', 'That is not the token of a guest, or it expired.');
        }
        const fresh = { cartId: newId<'Cart'>(), currency: options.currency };
        const merged = await mutate(platformScope, async (tx) => {
          const own = await openCart(tx, ownerOf(actor), fresh);
          const guests = await lockOpenCartOf(tx, guest.userId);
          if (!guests) return ok(own);
          await markMerged(tx, guests.cartId, own.cartId);
          return ok(await saveCart(tx, mergeCarts(own, guests)));
        });
        return show(merged, query);
      },
    }),
  ];
}
