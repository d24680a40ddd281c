import { expect, test } from 'vitest';
import { plainText } from './html.ts';
import { LIMITS } from './limits.ts';
import { words } from './tokenise.ts';

test.each([
  ['<ul><li>oak</li><li>ash</li></ul>', 'oak ash'],
  ['hand<b>made</b> by <em>us</em>', 'handmade by us'],
  ['a<br/>b<p class="x>y">c</p>', 'a b y c'],
  ['<style>.red { color: blue }</style>vase<script>alert("mug")</script>', 'vase'],
  ['<!-- not <b>this</b> -->plate', 'plate'],
  ['caf&eacute; &amp; th&#233; &#x263A; salt&nbsp;pot', 'cafe the salt pot'],
  ['5 < 6 and 7 > 3', '5 6 and 7 3'],
  ['cut <off', 'cut'],
  ['no markup at all', 'no markup at all'],
  ['&#0; &#xFFFFFF; &nope;', 'nope'],
])('reads %j as its words', (html, expected) => {
  expect(words(plainText(html)).join(' ')).toBe(expected);
});

test('reads hostile markup in linear time', () => {
  for (const piece of ['<', '<script>', '<!--', '&#', '<a <', '</']) {
    const html = piece.repeat(LIMITS.descriptionLength);
    expect(plainText(html).length).toBeLessThanOrEqual(LIMITS.descriptionLength * 2);
  }
});
