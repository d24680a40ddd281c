import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mug, type ProductHarness, startProduct, type TestVendor } from './harness.ts';

const images = join(import.meta.dirname, '../../../marketplace/demo/images');
let it: ProductHarness;
let vendor: TestVendor;

beforeAll(async () => {
  it = await startProduct();
  vendor = await it.vendor();
});
afterAll(() => it.close());

const send = (bytes: Buffer, type: string, token = vendor.token) =>
  it.request('POST', '/v1/media', { token, raw: bytes, headers: { 'content-type': type } });

test.each(['webp', 'avif'])(
  'a %s picture is kept, shown as it is, and serves a product',
  async (ending) => {
    const file = readdirSync(images).find((name) => name.endsWith(`.${ending}`)) ?? '';
    const bytes = readFileSync(join(images, file));
    const sent = await send(bytes, `image/${ending}`);
    expect(sent.status).toBe(201);
    expect(sent.body.src).toMatch(new RegExp(`^/v1/media/[0-9a-f]{64}\\.${ending}$`));
    expect((await send(bytes, `image/${ending}`)).body).toEqual(sent.body);

    const shown = await it.service.http.inject({ method: 'GET', url: sent.body.src });
    expect(shown.rawPayload.equals(bytes)).toBe(true);
    expect(shown.headers).toMatchObject({
      'content-type': `image/${ending}`,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-length': String(bytes.length),
    });
    const picture = { src: sent.body.src, alt: 'A mug' };
    const product = await it.create(vendor, { ...mug, handle: ending, images: [picture] });
    expect(product.images).toEqual([picture]);
  },
);

test.each([
  ['a page', '<html><script>alert(1)</script></html>', 'image/png'],
  [
    'another type than it says',
    readFileSync(join(images, readdirSync(images)[0] ?? '')),
    'image/png',
  ],
  ['nothing', '', 'image/png'],
])('%s is refused and not kept', async (_, bytes, type) => {
  const reply = await send(Buffer.from(bytes), type);
  expect(reply).toMatchObject({ status: 422, body: { code: 'MEDIA_INVALID' } });
});

test('a small file that is a huge picture is refused, and so is one that hides its size', async () => {
  const header = (width: number, height: number) => {
    const bytes = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000', 'hex');
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return Buffer.concat([bytes, Buffer.alloc(64)]);
  };
  const huge = await send(header(60_000, 60_000), 'image/png');
  expect(huge).toMatchObject({
    status: 422,
    body: { code: 'MEDIA_TOO_LARGE', data: { width: 60_000, height: 60_000 } },
  });
  expect((await send(header(10_001, 10), 'image/png')).body.code).toBe('MEDIA_TOO_LARGE');
  expect((await send(header(8_000, 8_000), 'image/png')).body.code).toBe('MEDIA_TOO_LARGE');
  expect((await send(header(8_000, 6_000), 'image/png')).status).toBe(201);
  expect((await send(header(0, 6_000), 'image/png')).body.code).toBe('MEDIA_INVALID');
});

test('other types, larger files and shoppers are refused', async () => {
  expect((await send(Buffer.from('<svg/>'), 'image/svg+xml')).status).toBe(415);
  const large = Buffer.alloc(10 * 1024 * 1024 + 1);
  expect((await send(large, 'image/png')).body.code).toBe('BODY_TOO_LARGE');
  expect((await send(Buffer.from('x'), 'image/png', await it.tokens.user())).status).toBe(403);
});

test('what is not there is not found, and names cannot lead elsewhere', async () => {
  const none = await it.request('GET', `/v1/media/${'0'.repeat(64)}.png`);
  expect(none).toMatchObject({ status: 404, body: { code: 'MEDIA_NOT_FOUND' } });
  expect((await it.request('GET', '/v1/media/..%2f..%2fetc%2fpasswd')).status).toBe(400);
});

test('a vendor’s pictures have a bound together', async () => {
  const full = await it.vendor();
  await it.database.admin(
    `INSERT INTO product.media (vendor_id, name, size_bytes) VALUES ($1, 'old', $2)`,
    [full.id, 1024 ** 3],
  );
  const webp = readdirSync(images).find((name) => name.endsWith('.webp')) ?? '';
  const reply = await send(readFileSync(join(images, webp)), 'image/webp', full.token);
  expect(reply).toMatchObject({ status: 409, body: { code: 'MEDIA_FULL' } });
});
