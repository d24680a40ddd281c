/** Writes integers and texts compactly: seven bits a byte, low ones first. */
export class ByteWriter {
  private buffer = Buffer.allocUnsafe(1 << 10);
  private at = 0;

  get length(): number {
    return this.at;
  }

  /** A whole number from 0 to 2⁵³ - 1. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 128) {
      this.buffer[this.at] = (rest % 128) | 128;
      this.at += 1;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.at] = rest;
    this.at += 1;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.at] = value;
    this.at += 1;
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.reserve(value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
  }

  string(value: string): void {
    this.bytes(Buffer.from(value));
  }

  /** What was written since the last time, as an independent copy. */
  take(): Uint8Array {
    const taken = Uint8Array.prototype.slice.call(this.buffer, 0, this.at);
    this.at = 0;
    return taken;
  }

  private reserve(size: number): void {
    if (this.at + size <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe((this.at + size) * 2);
    larger.set(this.buffer.subarray(0, this.at));
    this.buffer = larger;
  }
}

/** The bytes are not what a writer wrote. */
export class MalformedBytes extends Error {}

/** Reads what a `ByteWriter` wrote; anything else throws `MalformedBytes`. */
export class ByteReader {
  private readonly buffer: Buffer;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at === this.buffer.length;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.buffer[this.at];
      if (byte === undefined || scale > 2 ** 49) throw new MalformedBytes('not a number');
      this.at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) break;
      scale *= 128;
    }
    if (value > Number.MAX_SAFE_INTEGER) throw new MalformedBytes('not a safe number');
    return value;
  }

  byte(): number {
    const byte = this.buffer[this.at];
    if (byte === undefined) throw new MalformedBytes('ends too early');
    this.at += 1;
    return byte;
  }

  /** A view into what is read. */
  bytes(): Uint8Array {
    const length = this.varint();
    if (length > this.buffer.length - this.at) throw new MalformedBytes('ends too early');
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }

  string(): string {
    const bytes = this.bytes();
    return this.buffer.toString('utf8', this.at - bytes.length, this.at);
  }
}
