import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { product } from './model.fixture.ts';
import { SearchIndex } from './search-index.ts';
import { FORMAT_VERSION, FRAME, frame, MAGIC } from './snapshot-format.ts';
import { ANALYSIS_VERSION } from './tokenise.ts';

function filled(): SearchIndex {
  const index = new SearchIndex();
  for (let at = 0; at < 40; at += 1) {
    index.upsert(
      product({
        productId: `p${at}`,
        title: `Ceramic mug number${at}`,
        type: 'Mugs',
        tags: ['gift', `tag${at % 3}`],
        options: [{ name: 'Size', values: ['S', 'L'] }],
        vendorId: `v${at % 4}`,
      }),
    );
  }
  index.setVendorHidden('v3', true);
  for (let at = 0; at < 10; at += 1) index.remove(`p${at}`);
  return index;
}

const BYTES = Buffer.concat([...filled().snapshot()]);

const codeOf = async (bytes: Uint8Array) => {
  const result = await SearchIndex.restore([bytes]);
  return result.ok ? 'restored' : result.error.code;
};

test('a snapshot keeps hidden vendors hidden and free of what was removed', async () => {
  const restored = await SearchIndex.restore([BYTES]);
  if (!restored.ok) throw new Error(restored.error.detail);
  expect(restored.value.stats()).toMatchObject({ products: 30, visibleProducts: 22 });
  restored.value.setVendorHidden('v3', false);
  expect(restored.value.stats().visibleProducts).toBe(30);
});

test('a snapshot shows the moment it was asked for, whatever happens while it is read', async () => {
  const index = filled();
  const before = index.search({ text: 'mug', limit: 100 });
  const pieces = index.snapshot();
  for (let at = 0; at < 40; at += 1) index.remove(`p${at}`, 9);
  index.upsert(product({ productId: 'new', title: 'Other things' }));
  index.setVendorHidden('v3', false);
  const restored = await SearchIndex.restore(pieces);
  expect(restored.ok && restored.value.search({ text: 'mug', limit: 100 })).toEqual(before);
});

test('an empty index can be kept too', async () => {
  expect(await codeOf(Buffer.concat([...new SearchIndex().snapshot()]))).toBe('restored');
});

test('a restored index goes on like any other', async () => {
  const restored = await SearchIndex.restore([BYTES]);
  if (!restored.ok) throw new Error(restored.error.detail);
  expect(restored.value.upsert(product({ productId: 'p5' }))).toEqual({ ok: true, value: 'stale' });
  restored.value.upsert(product({ productId: 'p20', title: 'Wooden spoon', version: 2 }));
  const found = restored.value.search({ text: 'spoon' });
  expect(found.ok && found.value.hits.map((hit) => hit.productId)).toEqual(['p20']);
});

describe('what is refused', () => {
  test('any changed byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(BYTES.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, bits) => {
          const damaged = Buffer.from(BYTES);
          damaged[at] = (damaged[at] as number) ^ bits;
          expect(await codeOf(damaged)).toMatch(/^SNAPSHOT_(DAMAGED|FOREIGN)$/);
        },
      ),
      { numRuns: 300, seed: 20266 },
    );
  });

  test('any missing end, and anything after the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(BYTES.length - 1), async (length) => {
        const expected = length < MAGIC.length ? 'SNAPSHOT_FOREIGN' : 'SNAPSHOT_DAMAGED';
        expect(await codeOf(BYTES.subarray(0, length))).toBe(expected);
      }),
      { numRuns: 200, seed: 20267 },
    );
    expect(await codeOf(Buffer.concat([BYTES, Buffer.from('x')]))).toBe('SNAPSHOT_DAMAGED');
  });

  test('a missing or repeated piece', async () => {
    const pieces = [...filled().snapshot()];
    for (let at = 1; at < pieces.length; at += 1) {
      const without = pieces.filter((_, number) => number !== at);
      const twice = pieces.flatMap((piece, number) => (number === at ? [piece, piece] : [piece]));
      expect(await codeOf(Buffer.concat(without))).toBe('SNAPSHOT_DAMAGED');
      expect(await codeOf(Buffer.concat(twice))).toBe('SNAPSHOT_DAMAGED');
    }
  });

  test('other files', async () => {
    expect(await codeOf(new Uint8Array(0))).toBe('SNAPSHOT_FOREIGN');
    expect(await codeOf(Buffer.from('{"products": []}'))).toBe('SNAPSHOT_FOREIGN');
  });

  test.each([
    ['format', [FORMAT_VERSION + 1, ANALYSIS_VERSION]],
    ['rules of words', [FORMAT_VERSION, ANALYSIS_VERSION + 1]],
  ])('another %s', async (_, versions) => {
    const bytes = Buffer.concat([MAGIC, frame(FRAME.header, Uint8Array.from(versions))]);
    expect(await codeOf(bytes)).toBe('SNAPSHOT_OUTDATED');
  });

  test.each([
    ['parts of unknown kind', [1, 1], 99 as 1, [1]],
    ['references to nothing', [1, 1], FRAME.products, [1, 65, 1, 7]],
    ['endless numbers', [1, 1], FRAME.products, Array.from({ length: 20 }, () => 255)],
    ['texts that are longer than the piece', [1, 1], FRAME.terms, [200, 1, 65]],
  ])('well-formed pieces with %s', async (_, header, kind, content) => {
    const frames = [
      frame(FRAME.header, Uint8Array.from(header)),
      frame(kind, Uint8Array.from(content)),
    ];
    expect(await codeOf(Buffer.concat([MAGIC, ...frames]))).toBe('SNAPSHOT_DAMAGED');
  });
});

test('a source that fails is a fault, not a refusal', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield BYTES.subarray(0, 50);
    throw new Error('disk');
  }
  await expect(SearchIndex.restore(failing())).rejects.toThrow('disk');
});
