import { ok, type Refusal, type Result, refuse, type VendorId } from '@mkt/kernel';
import { vendorScope } from '@mkt/service-kit';
import { maxPicturePixels, maxPictureSide, maxVendorMediaBytes } from '../config.ts';
import { mediaTypeOf, mediaTypes } from '../domain/media-type.ts';
import { pictureSizeOf } from '../domain/picture-size.ts';
import { noteMedia } from '../store/media.ts';
import type { ProductContext } from './context.ts';

/** Keeps a picture under the digest of its bytes, so sending it twice keeps it once. */
export async function storeMedia(
  { db, media }: ProductContext,
  vendorId: VendorId,
  source: AsyncIterable<Uint8Array>,
  claimedType: string,
): Promise<Result<{ src: string }, Refusal>> {
  const file = await media.receive(source);
  try {
    const type = mediaTypeOf(file.head);
    if (type === null || type !== claimedType) {
      return refuse('MEDIA_INVALID', `The bytes are no picture of the type ${claimedType}.`);
    }
    const size = pictureSizeOf(type, file.head);
    if (!size) return refuse('MEDIA_INVALID', 'The picture does not say how large it is.');
    // A small file can be a picture that no shopper's phone can hold.
    const { width, height } = size;
    if (Math.max(width, height) > maxPictureSide || width * height > maxPicturePixels) {
      return refuse(
        'MEDIA_TOO_LARGE',
        `The picture is ${width} × ${height}: at most ${maxPictureSide} a side, and ` +
          `${maxPicturePixels / 1e6} million pixels.`,
        { width, height },
      );
    }
    const name = `${file.digest}.${mediaTypes[type]}`;
    const { sizeBytes } = file;
    const fits = await db.transaction(vendorScope(vendorId), (tx) =>
      noteMedia(tx, { vendorId, name, sizeBytes }, maxVendorMediaBytes),
    );
    if (!fits) {
      return refuse('MEDIA_FULL', `A vendor’s pictures hold at most ${maxVendorMediaBytes} bytes.`);
    }
    // Noted before it is named: what is lost in between is sent again and found noted.
    await media.keep(file, name);
    return ok({ src: `/v1/media/${name}` });
  } finally {
    await media.discard(file);
  }
}
