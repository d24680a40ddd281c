import { ok, refuse } from '@mkt/kernel';
import { Answer, type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';
import { maxMediaBytes, mediaCacheSeconds } from '../config.ts';
import { type MediaType, mediaTypes } from '../domain/media-type.ts';
import type { ProductContext } from '../operations/context.ts';
import { storeMedia } from '../operations/store-media.ts';
import { mayWrite, staffVendor } from './access.ts';

const typeOfEnding = new Map(
  Object.entries(mediaTypes).map(([type, ending]) => [ending as string, type as MediaType]),
);
const mediaName = z.string().regex(/^[0-9a-f]{64}\.(?:webp|avif|png|jpg)$/, 'must name a picture');

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
      if (!file) return refuse('MEDIA_NOT_FOUND', 'There is no such picture.');
      const headers = {
        'content-type': typeOfEnding.get(name.slice(65)) ?? 'application/octet-stream',
        'content-length': String(file.sizeBytes),
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        etag: `"${name.slice(0, 64)}"`,
      };
      return ok(new Answer(file.body, headers));
    },
  });

  return [send, show];
}
