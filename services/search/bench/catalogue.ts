import type { IndexedProduct } from '../src/domain/index.ts';

/** A small generator of repeatable randomness (mulberry32). */
export function randomness(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const TYPES = (
  'mug bowl plate vase teapot pitcher candle lamp lantern blanket cushion towel apron basket ' +
  'board spoon tray stool chair table shelf clock mirror frame shirt dress jacket scarf hat ' +
  'glove sock bag wallet belt ring necklace bracelet earring brooch notebook pen card poster ' +
  'print puzzle toy doll soap balm planter pot kettle knife grinder rug curtain hammock coaster'
).split(' ');
export const MATERIALS = (
  'ceramic stoneware porcelain oak walnut ash birch linen cotton wool silk leather brass copper ' +
  'silver gold glass marble cork bamboo paper felt denim steel'
).split(' ');
export const LOOKS = (
  'handmade rustic modern vintage minimal glazed speckled striped woven carved engraved painted ' +
  'matte glossy small large tall round square soft heavy light classic nordic coastal floral'
).split(' ');
export const COLORS = (
  'Red Blue Green Yellow Black White Grey Navy Olive Rust Cream Sand Teal Coral Plum Rose ' +
  'Charcoal Mint Lilac Mustard Indigo Ivory Copper Slate'
).split(' ');
const SIZES = ['XS', 'S', 'M', 'L', 'XL', 'XXL'];
const SYLLABLES = 'ba ce di fo gu ha ji ka lo mi na or pe qua ri sa to un ve wi xa yo zu'.split(
  ' ',
);

/** A word for each number, as unlike each other as names are. */
function inventedWord(number: number): string {
  let word = '';
  for (let rest = number + 23; rest > 0; rest = Math.floor(rest / 23)) word += SYLLABLES[rest % 23];
  return word;
}

/** Products as vendors describe them: few words often, most words seldom. */
export function* products(count: number, seed = 1): Iterable<IndexedProduct> {
  const random = randomness(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = (from: readonly string[]) => from[below(from.length)] as string;
  /** Low numbers come much more often. */
  const skewed = (limit: number) => Math.floor(limit ** random()) - 1;
  const vendors = Math.max(3, Math.round(count / 100));
  const words = 4_000 + Math.round(count * 0.4);
  const some = (from: readonly string[], most: number) => [
    ...new Set(Array.from({ length: 1 + below(most) }, () => pick(from))),
  ];
  for (let number = 0; number < count; number += 1) {
    const type = TYPES[skewed(TYPES.length)] as string;
    const material = pick(MATERIALS);
    const title = `${pick(LOOKS)} ${material} ${type} ${inventedWord(skewed(words))}`;
    const vendor = skewed(vendors);
    const about = Array.from({ length: 40 + below(60) }, () => inventedWord(skewed(words)));
    const price = Math.round(500 * 60 ** random());
    const id = number.toString(16).padStart(12, '0');
    yield {
      productId: `01890000-0000-7000-8000-${id}`,
      vendorId: `vendor-${vendor}`,
      vendorName: `${inventedWord(vendor * 7)} studio`,
      handle: `${title.replaceAll(' ', '-')}-${number}`,
      title,
      description: `<p>A ${pick(LOOKS)} ${type} of ${material}.</p><p>${about.join(' ')}.</p>`,
      type,
      tags: some([...MATERIALS, ...LOOKS, ...TYPES], 6),
      options: [
        { name: 'Color', values: some(COLORS, 5) },
        ...(random() < 0.5 ? [{ name: 'Size', values: some(SIZES, 5) }] : []),
        ...(random() < 0.3 ? [{ name: 'Material', values: some(MATERIALS, 2) }] : []),
      ],
      priceMinor: price,
      ...(random() < 0.2 && { compareAtMinor: Math.round(price * 1.3) }),
      currency: 'EUR',
      inStock: random() < 0.85,
      ratingAverage: random() < 0.4 ? 0 : Math.round(250 + random() * 250) / 100,
      ratingCount: below(80),
      publishedAt: new Date(1_700_000_000_000 + number * 60_000).toISOString(),
      image: { src: `/media/${id}/640.webp`, alt: title },
      version: 1,
    };
  }
}
