import {
  orderCancelled as cancelled,
  orderPlaced,
  type PayloadOf,
  orderShipped as shipped,
} from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeHtml, letter } from './layout.ts';
import { lowStock } from './low-stock.ts';
import { newOrder } from './new-order.ts';
import { orderCancelled, orderCancelledForVendor } from './order-cancelled.ts';
import { orderConfirmation } from './order-confirmation.ts';
import { orderShipped } from './order-shipped.ts';
import { staffInvited } from './staff-invited.ts';
import { vendorRejected } from './vendor-rejected.ts';
import { welcome } from './welcome.ts';

function twoVendorOrder(): PayloadOf<typeof orderPlaced> {
  const order = orderPlaced.payload.parse(orderPlaced.sample) as PayloadOf<typeof orderPlaced>;
  const [first] = order.orders;
  const [item] = first!.items;
  const bench = { ...item!, title: 'Oak bench', variantTitle: null, payableMinor: 18_950 };
  const second = { ...first!, number: 'M-100001-2', vendorId: newId<'Vendor'>(), items: [bench] };
  return {
    ...order,
    orders: [first!, { ...second, payableMinor: 18_950 }],
    totalMinor: 22_350,
  };
}

describe('a letter', () => {
  test('says the same in both parts and escapes what could be markup', () => {
    const { text, html } = letter('Hi', ['Tom & <b>Jerry</b>', { rows: [['1 ×', '"Mug"']] }]);
    expect(text).toContain('Tom & <b>Jerry</b>');
    expect(html).toContain('Tom &amp; &lt;b&gt;Jerry&lt;/b&gt;');
    expect(html).toContain('&quot;Mug&quot;');
    expect(html).not.toContain('<b>');
  });

  test('keeps its subject on one line, so that a title cannot add a header', () => {
    expect(letter('Low stock: Mug\r\nBcc: eve@example.test', []).subject).toBe(
      'Low stock: Mug Bcc: eve@example.test',
    );
  });

  test('never lets a character of the data open a tag, an entity or an attribute', () => {
    fc.assert(
      fc.property(fc.string(), (data) => {
        const escaped = escapeHtml(data);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped.replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
      }),
    );
  });
});

describe('the order letters', () => {
  test('the shopper reads every vendor’s lines, the total and where it goes', () => {
    const { subject, text, html } = orderConfirmation(twoVendorOrder());
    expect(subject).toBe('Your order M-100001');
    for (const part of [text, html]) {
      expect(part).toContain('Speckled morning mug (Oat)');
      expect(part).toContain('34.00 EUR');
      expect(part).toContain('Oak bench');
      expect(part).toContain('189.50 EUR');
      expect(part).toContain('223.50 EUR');
      expect(part).toContain('M-100001-2');
      expect(part).toContain('Rua do Forno 4');
    }
  });

  test('a vendor reads its own lines and total, nothing of another vendor or the street', () => {
    const order = twoVendorOrder();
    const { currency, shippingAddress } = order;
    const { subject, text, html } = newOrder({ ...order.orders[0]!, currency, shippingAddress });
    expect(subject).toBe('New order M-100001-1');
    for (const part of [text, html]) {
      expect(part).toContain('Speckled morning mug (Oat)');
      expect(part).toContain('34.00 EUR');
      expect(part).toContain('Porto');
      expect(part).not.toContain('Oak bench');
      expect(part).not.toContain('223.50');
      expect(part).not.toContain('Rua do Forno');
      expect(part).not.toContain('Ada Marsh');
    }
  });

  test('amounts have the decimals of their currency', () => {
    const order = { ...twoVendorOrder(), currency: 'JPY' as const };
    expect(orderConfirmation(order).text).toContain('Total: 22350 JPY');
  });

  test('the shipped letter names the carrier, the number and the units', () => {
    const sample = shipped.payload.parse(shipped.sample) as PayloadOf<typeof shipped>;
    const { text } = orderShipped({
      ...sample,
      trackingUrl: 'https://track.example.test/1?a=1&b=2',
    });
    expect(text).toContain('1 ×  Speckled morning mug');
    expect(text).toContain('CTT, tracking number RR123456785PT');
    expect(text).toContain('https://track.example.test/1?a=1&b=2');
  });

  test('a cancellation says what comes back to the shopper, and to the vendor what not to ship', () => {
    const sample = cancelled.payload.parse(cancelled.sample) as PayloadOf<typeof cancelled>;
    expect(orderCancelled(sample).text).toContain('34.00 EUR go back the way you paid.');
    expect(orderCancelled({ ...sample, refundMinor: 0 }).text).toContain('Nothing was charged');
    expect(orderCancelled({ ...sample, whole: false }).subject).toContain('Part of order');
    const toVendor = orderCancelledForVendor(sample).text;
    expect(toVendor).toContain('Do not ship');
    expect(toVendor).not.toContain('34.00');
  });
});

describe('the other letters', () => {
  test('hold the facts that they are sent for', () => {
    expect(welcome({ name: 'Ada Marsh' }).text).toContain('Hello Ada Marsh,');
    const rejected = vendorRejected({ name: 'Kiln & Co', reason: 'The document has expired.' });
    expect(rejected.text).toContain('The document has expired.');
    expect(rejected.html).toContain('Kiln &amp; Co');
    const invited = staffInvited({ vendorName: 'Kiln', role: 'finance', invitationToken: 'inv_1' });
    expect(invited.text).toContain('as finance');
    expect(invited.text).toContain('inv_1');
    const low = lowStock({ title: 'Mug', sku: 'KC-MUG', available: 2, threshold: 3 });
    expect(low.text).toContain('Mug (KC-MUG) has 2 left to sell; your threshold is 3.');
  });
});
