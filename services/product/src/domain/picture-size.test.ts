import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mediaTypeOf } from './media-type.ts';
import { pictureSizeOf, sizeBytesSearched } from './picture-size.ts';

const images = join(import.meta.dirname, '../../../../marketplace/demo/images');
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('the size of a picture', () => {
  test('is found in every picture of the demo', () => {
    const files = readdirSync(images).filter((name) => /\.(?:webp|avif)$/.test(name));
    expect(files.length).toBeGreaterThan(20);
    for (const name of files) {
      const start = readFileSync(join(images, name)).subarray(0, sizeBytesSearched);
      const type = mediaTypeOf(start);
      const size = type && pictureSizeOf(type, start);
      expect(size?.width, name).toBeGreaterThan(100);
      expect(size?.height, name).toBeGreaterThan(100);
    }
  });

  test.each([
    ['image/png', '89504e470d0a1a0a 0000000d 49484452 00000280 000001e0', 640, 480],
    // After an application segment, a table that looks alike, and padding.
    ['image/jpeg', 'ffd8 ffe0 0004 0000 ffc4 0003 00 ffff ffc2 0011 08 01e0 0280 03', 640, 480],
    ['image/webp', `${'00'.repeat(12)} 56503858 ${'00'.repeat(8)} 7f0200 df0100`, 640, 480],
    ['image/webp', `${'00'.repeat(12)} 5650384c 00000000 2f 7fc27700`, 640, 480],
    [
      'image/webp',
      `${'00'.repeat(12)} 56503820 ${'00'.repeat(4)} 000000 9d012a 8002 e001`,
      640,
      480,
    ],
    [
      'image/avif',
      '69737065 00000000 00000010 00000010 69737065 00000000 00000280 000001e0',
      640,
      480,
    ],
  ] as const)('of %s is read from %s', (type, bytes, width, height) => {
    expect(pictureSizeOf(type, hex(bytes))).toEqual({ width, height });
  });

  test.each([
    ['image/png', '89504e470d0a1a0a 0000000d 49484452 0000'],
    ['image/png', '89504e470d0a1a0a 0000000d 49484452 00000000 000001e0'],
    ['image/jpeg', 'ffd8 ffe0 ffff'],
    ['image/jpeg', 'ffd8 ffe0 0000 ffd9'],
    ['image/webp', `${'00'.repeat(12)} 00000000`],
    ['image/avif', '69737065 0000'],
  ] as const)('of %s that is not said is nothing: %s', (type, bytes) => {
    expect(pictureSizeOf(type, hex(bytes))).toBeNull();
  });
});
