/** Bounds of one import. Lengths are in characters. */
export const LIMITS = {
  rows: 200_000,
  errors: 1_000,
  variants: 100,
  images: 250,
  tags: 250,
  /** One line, and one record over all its lines, in bytes and characters. */
  recordSize: 512 * 1024,
  handle: 255,
  title: 255,
  description: 64 * 1024,
  name: 255,
  /** Three of them joined make the title of a variant. */
  option: 120,
  taxCode: 40,
  tagList: 20_000,
  url: 2_048,
  alt: 512,
  seoDescription: 1_000,
  /** Prices fit any currency's minor units with room to multiply by a quantity. */
  priceMinor: 99_999_999_999,
  quantity: 1_000_000_000,
  grams: 10_000_000,
} as const;
