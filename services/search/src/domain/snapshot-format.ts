import { crc32 } from 'node:zlib';
import { MalformedBytes } from './bytes.ts';

/** How every snapshot begins, of any version. */
export const MAGIC = Buffer.from('mktsrch\n');

/** Raised when the bytes mean something else. */
export const FORMAT_VERSION = 1;

/** The kinds of frames, in the order they come. */
export const FRAME = {
  header: 1,
  hiddenVendors: 2,
  tombstones: 3,
  terms: 4,
  vendors: 5,
  types: 6,
  tags: 7,
  options: 8,
  products: 9,
  end: 10,
} as const;
export type FrameKind = (typeof FRAME)[keyof typeof FRAME];

/** A frame is closed once it is this full; its last record may take it further. */
export const FRAME_BYTES = 1 << 16;
const FRAME_BYTES_MAX = 1 << 22;
const HEAD_BYTES = 5;
const CHECK_BYTES = 4;

/** Kind, length of the content, content, checksum over all of these. */
export function frame(kind: FrameKind, content: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + content.length + CHECK_BYTES);
  bytes.writeUInt8(kind, 0);
  bytes.writeUInt32LE(content.length, 1);
  bytes.set(content, HEAD_BYTES);
  const end = HEAD_BYTES + content.length;
  bytes.writeUInt32LE(crc32(bytes.subarray(0, end)), end);
  return bytes;
}

export class ForeignBytes extends Error {}

/** Puts frames together again from chunks of any size. */
export class FrameReader {
  private pending: Buffer = Buffer.alloc(0);
  private isKnown = false;

  /** The frames that this chunk completes. */
  *push(chunk: Uint8Array): Iterable<{ kind: number; content: Uint8Array }> {
    this.pending =
      this.pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.pending, chunk]);
    if (!this.isKnown) {
      if (this.pending.length < MAGIC.length) return;
      if (!this.pending.subarray(0, MAGIC.length).equals(MAGIC)) throw new ForeignBytes();
      this.pending = this.pending.subarray(MAGIC.length);
      this.isKnown = true;
    }
    while (this.pending.length >= HEAD_BYTES) {
      const length = this.pending.readUInt32LE(1);
      if (length > FRAME_BYTES_MAX) throw new MalformedBytes('a frame is too long');
      const end = HEAD_BYTES + length;
      if (this.pending.length < end + CHECK_BYTES) return;
      if (this.pending.readUInt32LE(end) !== crc32(this.pending.subarray(0, end))) {
        throw new MalformedBytes('a checksum does not match');
      }
      yield { kind: this.pending.readUInt8(0), content: this.pending.subarray(HEAD_BYTES, end) };
      this.pending = this.pending.subarray(end + CHECK_BYTES);
    }
  }

  /** Throws when bytes are missing. */
  finish(): void {
    if (!this.isKnown) throw new ForeignBytes();
    if (this.pending.length > 0) throw new MalformedBytes('it ends inside a frame');
  }
}
