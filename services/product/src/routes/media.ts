import { ok, refuse } from '@mkt/kernel';
import { Answer, type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';
import { maxMediaBytes, mediaCacheSeconds, standInCacheSeconds } from '../config.ts';
import { type MediaType, mediaTypes } from '../domain/media-type.ts';
import { renditionName, typeOfRendition } from '../domain/renditions.ts';
import type { ProductContext } from '../operations/context.ts';
import { storeMedia } from '../operations/store-media.ts';
import type { StoredFile } from '../store/stored-file.ts';
import { mayWrite, staffVendor } from './access.ts';

const typeOfEnding = new Map(
  Object.entries(mediaTypes).map(([type, ending]) => [ending as string, type as MediaType]),
);
const mediaName = z.string().regex(/^[0-9a-f]{64}\.(?:webp|avif|png|jpg)$/, 'must name a picture');
const rendition = z.string().regex(renditionName, 'must be a size such as 640.avif');

export function mediaRoutes(context: ProductContext): AnyRoute[] {
  const send = route({
    method: 'POST',
    path: '/v1/media',
    summary: 'Keep a picture for products; the same bytes again are the same picture',
    access: mayWrite,
    body: 'stream',
    bodyTypes: Object.keys(mediaTypes),
    maxBodyBytes: maxMediaBytes,
    repeat: 'natural',
    reply: { status: 201, schema: z.strictObject({ src: z.string() }) },
    refusals: { MEDIA_INVALID: 422, MEDIA_TOO_LARGE: 422, MEDIA_FULL: 409 },
    handle: ({ actor, body, headers }) => {
      const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
      return storeMedia(context, staffVendor(actor), body, type);
    },
  });

  const show = route({
    method: 'GET',
    path: '/v1/media/:name',
    summary: 'Show a picture',
    access: 'public',
    params: z.strictObject({ name: mediaName }),
    reply: { status: 200, schema: 'stream', type: 'image/*' },
    refusals: { MEDIA_NOT_FOUND: 404 },
    publicCacheSeconds: mediaCacheSeconds,
    immutable: true,
    handle: async ({ params: { name } }) => {
      const file = await context.media.read(name);
      return file ? ok(shown(file, typeOf(name), `"${digestOf(name)}"`)) : notFound;
    },
  });

  const showRendition = route({
    method: 'GET',
    path: '/v1/media/:name/:rendition',
    summary: 'Show a picture in a smaller size, or as it was sent until that is made',
    access: 'public',
    params: z.strictObject({ name: mediaName, rendition }),
    reply: { status: 200, schema: 'stream', type: 'image/*' },
    refusals: { MEDIA_NOT_FOUND: 404 },
    publicCacheSeconds: mediaCacheSeconds,
    immutable: true,
    handle: async ({ params: { name, rendition } }) => {
      const made = await context.renditions.read(name, rendition);
      if (made) {
        // Another recipe may give other bytes, of the same picture.
        const etag = `W/"${digestOf(name)}/${rendition}"`;
        return ok(shown(made, typeOfRendition(rendition), etag));
      }
      const original = await context.media.read(name);
      if (!original) return notFound;
      const brief = { 'cache-control': `public, max-age=${standInCacheSeconds}` };
      return ok(shown(original, typeOf(name), `"${digestOf(name)}"`, brief));
    },
  });

  return [send, show, showRendition];
}

const notFound = refuse('MEDIA_NOT_FOUND', 'There is no such picture.');

const digestOf = (name: string): string => name.slice(0, 64);
const typeOf = (name: string): string | undefined => typeOfEnding.get(name.slice(65));

function shown(
  { body, sizeBytes }: StoredFile,
  type: string | undefined,
  etag: string,
  more: Readonly<Record<string, string>> = {},
): Answer<StoredFile['body']> {
  return new Answer(body, {
    'content-type': type ?? 'application/octet-stream',
    'content-length': String(sizeBytes),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    etag,
    ...more,
  });
}
