export const mediaTypes = {
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/png': 'png',
  'image/jpeg': 'jpg',
} as const;
export type MediaType = keyof typeof mediaTypes;

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const jpeg = Buffer.from([0xff, 0xd8, 0xff]);

/** What the bytes are, whatever the sender calls them. */
export function mediaTypeOf(head: Buffer): MediaType | null {
  const text = head.toString('latin1', 0, longestTypeBox);
  if (head.subarray(0, png.length).equals(png)) return 'image/png';
  if (head.subarray(0, jpeg.length).equals(jpeg)) return 'image/jpeg';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  return isAvif(head, text) ? 'image/avif' : null;
}

const longestTypeBox = 64;

/** A box of file types comes first: its own brand, then the brands it is compatible with. */
function isAvif(head: Buffer, text: string): boolean {
  if (text.slice(4, 8) !== 'ftyp') return false;
  const brands = text.slice(8, Math.min(head.readUInt32BE(0), longestTypeBox));
  return /^(?:.{4})*?(?:avif|avis)/s.test(brands);
}
