import { type CartId, type CartLineId, newId, type UserId, type VariantId } from '@mkt/kernel';
import { expect, test } from 'vitest';
import {
  addLine,
  type Cart,
  maxLines,
  mergeCarts,
  removeLine,
  setCoupons,
  setQuantity,
  withoutOrdered,
} from './cart.ts';

const line = (quantity: number, variantId = newId<'Variant'>()) => ({
  lineId: newId<'CartLine'>() as CartLineId,
  variantId: variantId as VariantId,
  quantity,
});
const cartOf = (...lines: Cart['lines']): Cart => ({
  cartId: newId<'Cart'>() as CartId,
  ownerId: newId<'User'>() as UserId,
  currency: 'EUR',
  version: 1,
  lines,
  couponCodes: [],
});
const quantities = (cart: Cart) => cart.lines.map(({ quantity }) => quantity);
const changed = (result: ReturnType<typeof addLine>): Cart => {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
};

test('a variant has one line: adding it again adds to the line', () => {
  const first = line(2);
  const cart = changed(addLine(cartOf(first), line(3, first.variantId)));
  expect(quantities(cart)).toEqual([5]);
});

test('a full cart takes no further line, but more of a line that it has', () => {
  const cart = cartOf(...Array.from({ length: maxLines }, () => line(1)));
  expect(addLine(cart, line(1))).toMatchObject({ ok: false, error: { code: 'CART_FULL' } });
  const again = line(1, cart.lines[0]?.variantId);
  expect(changed(addLine(cart, again)).lines[0]?.quantity).toBe(2);
});

test('a line is bounded, and a line that is not there cannot be changed', () => {
  const only = line(1);
  expect(setQuantity(cartOf(only), only.lineId, 10_001)).toMatchObject({
    error: { code: 'QUANTITY_TOO_LARGE' },
  });
  for (const refused of [
    setQuantity(cartOf(only), line(1).lineId, 1),
    removeLine(cartOf(only), line(1).lineId),
  ]) {
    expect(refused).toMatchObject({ error: { code: 'LINE_NOT_FOUND' } });
  }
  expect(changed(removeLine(cartOf(only), only.lineId)).lines).toEqual([]);
});

test('a merge keeps the larger quantity of a variant in both carts, and adds the rest', () => {
  const mine = line(2);
  const theirs = line(5, mine.variantId);
  const other = line(1);
  const merged = mergeCarts(cartOf(mine), cartOf(theirs, other));
  expect(quantities(merged)).toEqual([5, 1]);
  expect(quantities(mergeCarts(merged, cartOf(theirs, other)))).toEqual([5, 1]);
});

test('coupon codes are kept once whatever their case', () => {
  expect(setCoupons(cartOf(), ['kiln10', 'KILN10', 'Free']).couponCodes).toEqual([
    'KILN10',
    'FREE',
  ]);
});

test('ordering takes out what was ordered and leaves what was added meanwhile', () => {
  const ordered = line(2);
  const grown = { ...ordered, quantity: 3 };
  const late = line(4);
  const left = withoutOrdered(cartOf(grown, late), [ordered]);
  expect(left.lines).toEqual([{ ...grown, quantity: 1 }, late]);
});
