import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRaw } from 'node:zlib';

/** A value as it lies in Redis. */
export interface StoredValue {
  readonly value: unknown;
  /** The latest invalidation that was known when the load of it began. */
  readonly readAt: string;
  /** By the wall clock of who stored it. */
  readonly expiresAtMs: number;
}

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);
const plain = 'p';
const compressed = 'z';
/** A value that grows beyond it when it is unpacked was not made here. */
const maxUnpackedBytes = 32 * 1024 * 1024;
const lineEnd = 0x0a;

export interface CodecOptions {
  readonly compressAboveBytes: number;
  /** Larger values are not shared. */
  readonly maxBytes: number;
}

/** One line of text, then the value as JSON, compressed above a size; undefined if it is too big. */
export async function encode(
  stored: StoredValue,
  options: CodecOptions,
): Promise<Buffer | undefined> {
  const json = JSON.stringify(stored.value);
  // `undefined` and functions have no form in JSON: they stay in this process.
  if (json === undefined) return undefined;
  const raw = Buffer.from(json);
  const isLarge = raw.byteLength > options.compressAboveBytes;
  const body = isLarge ? await deflate(raw, { level: constants.Z_BEST_SPEED }) : raw;
  if (body.byteLength > options.maxBytes) return undefined;
  const head = `${isLarge ? compressed : plain} ${stored.readAt} ${stored.expiresAtMs}\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** Throws on what was not written by `encode`. */
export async function decode(bytes: Buffer): Promise<StoredValue> {
  const end = bytes.indexOf(lineEnd);
  const [format, readAt = '', expiresAt = ''] = bytes.subarray(0, end).toString().split(' ');
  const body = bytes.subarray(end + 1);
  if (end < 0 || (format !== plain && format !== compressed)) {
    throw new Error('The cached value has an unknown form');
  }
  const json =
    format === compressed ? await inflate(body, { maxOutputLength: maxUnpackedBytes }) : body;
  return { value: JSON.parse(json.toString()), readAt, expiresAtMs: Number(expiresAt) };
}
