import { productSnapshot } from '@mkt/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mediaTypeOf } from './media-type.ts';
import { plainText } from './plain-text.ts';
import { compareAtOf } from './snapshot.ts';

describe('plain text of a description', () => {
  test.each([
    ['<p>One</p><p>two<br>three</p>', 'One two three'],
    ['<strong>Oak</strong>, oiled.', 'Oak, oiled.'],
    ['Salt &amp; pepper &lt;b&gt; &#8364;5 &#x2014; ok', 'Salt & pepper <b> €5 — ok'],
    ['a&#0;b&#xd800;c&#1114112;d', 'a b c d'],
    ['&unknown; stays', '&unknown; stays'],
  ])('of %s reads well', (html, text) => {
    expect(plainText(html, 100)).toBe(text);
  });

  test('is never longer than allowed, nor cut through a character', () => {
    expect(plainText('ab😀', 3)).toBe('ab');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 40 }), (html, max) => {
        const text = plainText(html, max);
        expect(text.length).toBeLessThanOrEqual(max);
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });

  test('fits into the event at the longest', () => {
    const longest = plainText('<p>word</p>'.repeat(6_000), 20_000);
    expect(longest).toHaveLength(20_000);
    expect(productSnapshot.shape.descriptionText.safeParse(longest).success).toBe(true);
  });
});

test('only a higher price is one to compare with', () => {
  expect(compareAtOf({ priceMinor: 100, compareAtMinor: 120 })).toBe(120);
  expect(compareAtOf({ priceMinor: 100, compareAtMinor: 100 })).toBeNull();
  expect(compareAtOf({ priceMinor: 100, compareAtMinor: 0 })).toBeNull();
});

test.each([
  ['image/png', '89504e470d0a1a0a0000000d'],
  ['image/jpeg', 'ffd8ffe000104a464946'],
  ['image/webp', '52494646240000005745425056503820'],
  ['image/avif', '0000001c667479706d696631000000006d6966316176696600000000'],
  [null, '0000001c6674797068656963000000006d69663168656963000000006176696600'],
  [null, '3c7376672f3e'],
  [null, ''],
  [null, '00000020667479'],
])('bytes are told to be %s', (type, hex) => {
  expect(mediaTypeOf(Buffer.from(hex, 'hex'))).toBe(type);
});
