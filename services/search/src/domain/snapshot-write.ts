import { has } from './bits.ts';
import { ByteWriter } from './bytes.ts';
import type { Catalogue } from './catalogue.ts';
import { NO_TYPE } from './columns.ts';
import {
  FORMAT_VERSION,
  FRAME,
  FRAME_BYTES,
  type FrameKind,
  frame,
  MAGIC,
} from './snapshot-format.ts';
import { ANALYSIS_VERSION } from './tokenise.ts';

/** The index at one moment, apart from what can be computed from it. */
type Frozen = ReturnType<typeof freeze>;

/**
 * The index as it is now, in pieces of about 64 kB. Copying it first (10 ms and 40 MB for 100,000
 * products) lets the reader take its time while the index changes.
 */
export function writeSnapshot(
  catalogue: Catalogue,
  tombstones: ReadonlyMap<string, number>,
): Iterable<Uint8Array> {
  return pieces(freeze(catalogue, tombstones));
}

function freeze(catalogue: Catalogue, tombstones: ReadonlyMap<string, number>) {
  const { vendors, types, tags, options, postings } = catalogue;
  return {
    ids: catalogue.ids.slice(),
    columns: catalogue.columns.frozen(),
    inStock: catalogue.inStock.slice(),
    tagsOf: catalogue.tagLists.ofSlot.frozen(),
    optionsOf: catalogue.optionLists.ofSlot.frozen(),
    cards: catalogue.cards.frozen(),
    terms: postings.vocabulary.terms.slice(),
    termsOf: postings.bySlot.frozen(),
    hiddenVendors: [...catalogue.hiddenVendors],
    tombstones: [...tombstones],
    vendors: vendors.keys.map((key, id) => [key, vendors.labels[id] as string] as const),
    types: types.labels.slice(),
    tags: tags.labels.slice(),
    options: options.values.labels.map((label, id) => {
      const name = options.names.labels[options.nameOf[id] as number];
      return [name ?? '', label] as const;
    }),
  };
}

function* pieces(frozen: Frozen): Iterable<Uint8Array> {
  const writer = new ByteWriter();
  const slots = [...frozen.ids.keys()].filter((slot) => frozen.ids[slot] !== '');
  yield MAGIC;
  let count = 0;
  for (const piece of parts(frozen, slots, writer)) {
    count += 1;
    yield piece;
  }
  // With these a lost or repeated piece shows, although each piece by itself is sound.
  writer.varint(slots.length);
  writer.varint(count);
  yield frame(FRAME.end, writer.take());
}

function* parts(
  frozen: Frozen,
  slots: readonly number[],
  writer: ByteWriter,
): Iterable<Uint8Array> {
  const text = (value: string) => writer.string(value);
  const pair = ([a, b]: readonly [string, string]) => {
    writer.string(a);
    writer.string(b);
  };
  writer.varint(FORMAT_VERSION);
  writer.varint(ANALYSIS_VERSION);
  yield frame(FRAME.header, writer.take());
  yield* frames(FRAME.hiddenVendors, writer, frozen.hiddenVendors, text);
  yield* frames(FRAME.tombstones, writer, frozen.tombstones, ([productId, version]) => {
    writer.string(productId);
    writer.varint(version);
  });
  yield* frames(FRAME.terms, writer, frozen.terms, text);
  yield* frames(FRAME.vendors, writer, frozen.vendors, pair);
  yield* frames(FRAME.types, writer, frozen.types, text);
  yield* frames(FRAME.tags, writer, frozen.tags, text);
  yield* frames(FRAME.options, writer, frozen.options, pair);
  yield* frames(FRAME.products, writer, slots, (slot) => writeProduct(writer, frozen, slot));
}

function* frames<T>(
  kind: FrameKind,
  writer: ByteWriter,
  records: readonly T[],
  write: (record: T) => void,
): Iterable<Uint8Array> {
  for (const record of records) {
    write(record);
    if (writer.length >= FRAME_BYTES) yield frame(kind, writer.take());
  }
  if (writer.length > 0) yield frame(kind, writer.take());
}

function writeProduct(writer: ByteWriter, frozen: Frozen, slot: number): void {
  const { columns } = frozen;
  const type = columns.type[slot] as number;
  const compareAtMinor = columns.compareAtMinor[slot] as number;
  writer.string(frozen.ids[slot] as string);
  writer.varint(columns.version[slot] as number);
  writer.varint(columns.vendor[slot] as number);
  // 0 says that there is none.
  writer.varint(type === NO_TYPE ? 0 : type + 1);
  writer.varint(columns.priceMinor[slot] as number);
  writer.varint(Number.isNaN(compareAtMinor) ? 0 : compareAtMinor + 1);
  writer.varint(columns.currency[slot] as number);
  writer.varint(columns.publishedAtMs[slot] as number);
  writer.varint(columns.rating[slot] as number);
  writer.varint(columns.ratingCount[slot] as number);
  writer.byte(has(frozen.inStock, slot) ? 1 : 0);
  writeList(writer, frozen.tagsOf.view(slot));
  writeList(writer, frozen.optionsOf.view(slot));
  writer.bytes(frozen.cards.view(slot));
  writer.bytes(frozen.termsOf.view(slot));
}

function writeList(writer: ByteWriter, ids: Uint32Array): void {
  writer.varint(ids.length);
  for (const id of ids) writer.varint(id);
}
