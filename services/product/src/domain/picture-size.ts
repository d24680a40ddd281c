import type { MediaType } from './media-type.ts';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** How much of a file's beginning is searched for its size; metadata comes before it. */
export const sizeBytesSearched = 256 * 1024;

/** The size that a picture says it has, null where its beginning does not say it as it should. */
export function pictureSizeOf(type: MediaType, start: Buffer): PictureSize | null {
  try {
    const size = readers[type](start);
    return size && size.width > 0 && size.height > 0 ? size : null;
  } catch (error) {
    // The file ends before its size.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const readers: Readonly<Record<MediaType, (start: Buffer) => PictureSize | null>> = {
  'image/png': pngSize,
  'image/jpeg': jpegSize,
  'image/webp': webpSize,
  'image/avif': avifSize,
};

function pngSize(start: Buffer): PictureSize | null {
  if (start.toString('latin1', 12, 16) !== 'IHDR') return null;
  return { width: start.readUInt32BE(16), height: start.readUInt32BE(20) };
}

/** Segments follow one another, each with its length, until one that starts a frame. */
function jpegSize(start: Buffer): PictureSize | null {
  for (let at = 2; start.readUInt8(at) === 0xff; ) {
    const marker = start.readUInt8(at + 1);
    // A marker may be padded, and some stand alone.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2;
    else if (startsFrame(marker)) {
      return { width: start.readUInt16BE(at + 7), height: start.readUInt16BE(at + 5) };
    } else at += 2 + Math.max(2, start.readUInt16BE(at + 2));
  }
  return null;
}

/** C0 to CF, but for tables (C4, CC) and an extension (C8). */
function startsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function webpSize(start: Buffer): PictureSize | null {
  switch (start.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { width: start.readUIntLE(24, 3) + 1, height: start.readUIntLE(27, 3) + 1 };
    case 'VP8L': {
      const bits = start.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      return { width: start.readUInt16LE(26) & 0x3fff, height: start.readUInt16LE(28) & 0x3fff };
    default:
      return null;
  }
}

/** Every item of the picture, tiles and alpha too, has a size box: the largest is the picture's. */
function avifSize(start: Buffer): PictureSize | null {
  let largest: PictureSize | null = null;
  for (let at = start.indexOf('ispe'); at >= 0; at = start.indexOf('ispe', at + 4)) {
    if (at + 16 > start.length) break;
    const size = { width: start.readUInt32BE(at + 8), height: start.readUInt32BE(at + 12) };
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}
