import { LIMITS } from './limits.ts';

export type LineFault = 'ENCODING_INVALID' | 'LINE_TOO_LONG';

/** A line of the file without its end. */
export interface Line {
  readonly number: number;
  /** With a fault: as much of it as could be read, to find out which row it was. */
  readonly text: string;
  readonly fault: LineFault | null;
}

const SLICE_SIZE_BYTES = 64 * 1024;
/** Enough of a line to find out which product it belongs to. */
const LONG_LINE_HEAD_BYTES = 2 * 1024;
const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = '\uFEFF';
const NOTHING: Uint8Array = new Uint8Array(0);
const LINE_END = /\r\n|\n|\r/;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Cuts bytes into lines, whatever their line ends (LF, CRLF, CR). A line end is never part of a
 * character in UTF-8, so whole lines are decoded at once and bytes that are no UTF-8 spoil only
 * the line they stand in. Holds one slice and one line, however large the file.
 */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Line[]> {
  const cutter = new LineCutter();
  for await (const slice of slices(source)) yield cutter.push(slice);
  yield cutter.end();
}

class LineCutter {
  private number = 1;
  private carry = NOTHING;
  /** True while the rest of a line that was too long, and has been given out, goes by. */
  private skipping = false;

  push(slice: Uint8Array): Line[] {
    const bytes = this.carry.length === 0 ? slice : Buffer.concat([this.carry, slice]);
    const cut = endOfLastLine(bytes);
    const lines = this.take(bytes.subarray(0, cut));
    const rest = bytes.subarray(cut);
    if (!this.skipping && rest.length > LIMITS.recordSize) {
      lines.push(tooLong(rest, this.number));
      this.skipping = true;
    }
    this.carry = Uint8Array.from(this.skipping ? lastCr(rest) : rest);
    return lines;
  }

  end(): Line[] {
    return this.take(this.carry);
  }

  private take(bytes: Uint8Array): Line[] {
    if (bytes.length === 0) return [];
    const lines = decode(bytes, this.number);
    this.number += lines.length;
    const kept = this.skipping ? lines.slice(1) : lines;
    this.skipping = false;
    return kept;
  }
}

async function* slices(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += SLICE_SIZE_BYTES) {
      yield chunk.subarray(at, at + SLICE_SIZE_BYTES);
    }
  }
}

/** A CR in the last place may be half of a CRLF: it waits for what follows. */
function endOfLastLine(bytes: Uint8Array): number {
  const lastCr = bytes.length > 1 ? bytes.lastIndexOf(CR, bytes.length - 2) : -1;
  return Math.max(bytes.lastIndexOf(LF), lastCr) + 1;
}

/** All that matters of a line that goes by: whether it may be about to end. */
function lastCr(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === CR ? bytes.subarray(-1) : NOTHING;
}

function decode(bytes: Uint8Array, firstNumber: number): Line[] {
  let text: string;
  try {
    text = strict.decode(bytes);
  } catch {
    return splitBytes(bytes).map((line, index) => decodeLine(line, firstNumber + index));
  }
  const texts = text.split(LINE_END);
  // What follows the last line end is no line.
  if (texts.at(-1) === '') texts.pop();
  return texts.map((line, index) => toLine(line, firstNumber + index, null));
}

function decodeLine(bytes: Uint8Array, number: number): Line {
  try {
    return toLine(strict.decode(bytes), number, null);
  } catch {
    return toLine(lenient.decode(bytes), number, 'ENCODING_INVALID');
  }
}

function toLine(text: string, number: number, fault: LineFault | null): Line {
  const marked = number === 1 && text.startsWith(BYTE_ORDER_MARK);
  return { number, text: marked ? text.slice(1) : text, fault };
}

function tooLong(bytes: Uint8Array, number: number): Line {
  return toLine(lenient.decode(bytes.subarray(0, LONG_LINE_HEAD_BYTES)), number, 'LINE_TOO_LONG');
}

function splitBytes(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== LF && bytes[at] !== CR) continue;
    lines.push(bytes.subarray(start, at));
    if (bytes[at] === CR && bytes[at + 1] === LF) at += 1;
    start = at + 1;
  }
  if (start < bytes.length) lines.push(bytes.subarray(start));
  return lines;
}
