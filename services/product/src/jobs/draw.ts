import { err, ok, type Result } from '@mkt/kernel';
import sharp, { type Sharp } from 'sharp';
import { maxRenditionPixels } from '../config.ts';
import { nameOfRendition, type Rendition, renditionsOf } from '../domain/renditions.ts';

/**
 * Why a picture has no renditions and is shown as it was sent. `TIMED_OUT` may be the machine's
 * fault: it is tried again.
 */
export type DrawRefusal = 'UNREADABLE' | 'TOO_LARGE' | 'MOVING' | 'TIMED_OUT';

/** A picture's renditions by their names; none where it is small already. */
export type Drawn = ReadonlyMap<string, Uint8Array>;

export type Draw = (path: string) => Promise<Result<Drawn, DrawRefusal>>;

const secondsPerStep = 120;
// Of a photograph on a page, what nobody tells from the original at arm's length.
const webp = { quality: 78, effort: 5 } as const;
const avif = { quality: 55, effort: 4 } as const;

/** Pictures are strangers' bytes: only what is accepted is ever opened, by nothing else. */
export function createDraw(): Draw {
  sharp.block({ operation: ['VipsForeignLoad'] });
  const formats = ['Jpeg', 'Png', 'Webp', 'Heif'];
  sharp.unblock({ operation: formats.map((format) => `VipsForeignLoad${format}`) });
  // One picture at a time, in one thread: beside it shoppers are served.
  sharp.concurrency(1);
  sharp.cache(false);
  return draw;
}

async function draw(path: string): Promise<Result<Drawn, DrawRefusal>> {
  try {
    const picture = sharp(path, {
      limitInputPixels: maxRenditionPixels,
      failOn: 'error',
      sequentialRead: true,
    });
    const { pages = 1, width, height, autoOrient } = await picture.metadata();
    if (width * height > maxRenditionPixels) return err('TOO_LARGE');
    if (pages > 1) return err('MOVING');
    const wanted = renditionsOf(autoOrient.width);
    return ok(wanted.length === 0 ? new Map() : await drawAll(picture, wanted));
  } catch (error) {
    if (!isOfThePicture(error)) throw error;
    if (error.message.includes('timeout')) return err('TIMED_OUT');
    return err(error.message.includes('pixel limit') ? 'TOO_LARGE' : 'UNREADABLE');
  }
}

/** Decoded once, to the widest; the others are made of that. Nothing of the camera is kept. */
async function drawAll(picture: Sharp, wanted: readonly Rendition[]): Promise<Drawn> {
  const widest = Math.max(...wanted.map(({ width }) => width));
  const { data, info } = await picture
    .autoOrient()
    .resize({ width: widest })
    .toColourspace('srgb')
    .timeout({ seconds: secondsPerStep })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const drawn = new Map<string, Uint8Array>();
  for (const one of wanted) {
    const smaller = sharp(data, { raw: { width, height, channels } }).resize({ width: one.width });
    const encoded = one.ending === 'avif' ? smaller.avif(avif) : smaller.webp(webp);
    drawn.set(nameOfRendition(one), await encoded.timeout({ seconds: secondsPerStep }).toBuffer());
  }
  return drawn;
}

/** The library tells of bad pictures by plain errors; everything else is the machine's. */
function isOfThePicture(error: unknown): error is Error {
  return error instanceof Error && !('code' in error) && !(error instanceof TypeError);
}
