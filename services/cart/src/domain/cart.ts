import {
  type CartId,
  type CartLineId,
  type CurrencyCode,
  ok,
  type Refusal,
  type Result,
  refuse,
  type UserId,
  type VariantId,
} from '@mkt/kernel';

export interface CartLine {
  readonly lineId: CartLineId;
  readonly variantId: VariantId;
  readonly quantity: number;
}

export interface Cart {
  readonly cartId: CartId;
  readonly ownerId: UserId;
  readonly currency: CurrencyCode;
  readonly version: number;
  readonly lines: readonly CartLine[];
  readonly couponCodes: readonly string[];
}

export const maxLines = 100;
export const maxQuantity = 10_000;
export const maxCoupons = 10;

type Changed = Result<Cart, Refusal>;

/** Adds units of a variant: to its line where there is one, for a variant has one line. */
export function addLine(cart: Cart, added: CartLine): Changed {
  const known = cart.lines.find(({ variantId }) => variantId === added.variantId);
  if (known) return setQuantity(cart, known.lineId, known.quantity + added.quantity);
  if (cart.lines.length >= maxLines) {
    return refuse('CART_FULL', `A cart holds at most ${maxLines} lines.`);
  }
  return ok({ ...cart, lines: [...cart.lines, added] });
}

export function setQuantity(cart: Cart, lineId: CartLineId, quantity: number): Changed {
  if (!cart.lines.some((line) => line.lineId === lineId)) return noLine();
  if (quantity > maxQuantity) {
    return refuse('QUANTITY_TOO_LARGE', `A line holds at most ${maxQuantity} units.`);
  }
  return ok({
    ...cart,
    lines: cart.lines.map((line) => (line.lineId === lineId ? { ...line, quantity } : line)),
  });
}

export function removeLine(cart: Cart, lineId: CartLineId): Changed {
  if (!cart.lines.some((line) => line.lineId === lineId)) return noLine();
  return ok({ ...cart, lines: cart.lines.filter((line) => line.lineId !== lineId) });
}

/** Codes as entered, without repeats; case does not tell codes apart. */
export function setCoupons(cart: Cart, codes: readonly string[]): Cart {
  const unique = new Map(codes.map((code) => [code.toUpperCase(), code.toUpperCase()]));
  return { ...cart, couponCodes: [...unique.values()] };
}

/**
 * A guest's cart becomes part of the account's. Of a variant in both the larger quantity counts: the
 * shopper saw each number in one of them, and never their sum. What does not fit any more is left.
 */
export function mergeCarts(cart: Cart, guest: Cart): Cart {
  const lines = [...cart.lines];
  for (const line of guest.lines) {
    const place = lines.findIndex(({ variantId }) => variantId === line.variantId);
    const known = lines[place];
    if (known) lines[place] = { ...known, quantity: Math.max(known.quantity, line.quantity) };
    else if (lines.length < maxLines) lines.push(line);
  }
  const codes = [...cart.couponCodes, ...guest.couponCodes].slice(0, maxCoupons);
  return setCoupons({ ...cart, lines }, codes);
}

/** Takes out what was ordered: units added while the order was under way stay. */
export function withoutOrdered(
  cart: Cart,
  ordered: readonly { readonly variantId: VariantId; readonly quantity: number }[],
): Cart {
  const bought = new Map(ordered.map(({ variantId, quantity }) => [variantId, quantity]));
  const lines = cart.lines.flatMap((line) => {
    const left = line.quantity - (bought.get(line.variantId) ?? 0);
    return left > 0 ? [{ ...line, quantity: left }] : [];
  });
  return { ...cart, lines, couponCodes: [] };
}

function noLine(): Changed {
  return refuse('LINE_NOT_FOUND', 'The cart has no such line.');
}
