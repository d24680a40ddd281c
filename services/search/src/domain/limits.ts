/** Every bound of the index in one place. Lengths are UTF-16 code units. */
export const LIMITS = {
  queryLength: 200,
  queryTerms: 12,
  filterValues: 50,
  filterValueLength: 200,
  pageSize: 100,
  defaultPageSize: 20,
  cursorLength: 1_000,
  suggestions: 20,

  /** Documents are clipped, not refused: a long description must not keep a product unfindable. */
  idLength: 100,
  titleLength: 500,
  urlLength: 2_048,
  labelLength: 120,
  descriptionLength: 20_000,
  descriptionTokens: 600,
  tags: 64,
  optionNames: 8,
  optionValues: 100,
  termLength: 40,

  /** Slots and terms share a 32-bit word with an 8-bit weight. */
  slots: 2 ** 24,
  terms: 2 ** 24,
  /** Versions remembered of removed products, so that a late event cannot bring one back. */
  tombstones: 10_000,

  prefixExpansions: 50,
  /** Entries that the beginnings of the last word may cost: 'm' is no reason to read everything. */
  prefixPostings: 30_000,
  fuzzyExpansions: 24,
  facetValues: 50,
  facetOptionNames: 20,
  priceBands: 6,
} as const;
