import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok } from '@mkt/kernel';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDraw, type Draw } from '../src/jobs/draw.ts';
import { makeRenditions } from '../src/jobs/make-renditions.ts';
import { type ProductHarness, startProduct, type TestVendor } from './harness.ts';

const images = join(import.meta.dirname, '../../../marketplace/demo/images');
const log = { info: () => {}, warn: () => {} } as never;
const quota = 1024 ** 3;
// Drawing takes the processor, and a busy machine has little of it.
vi.setConfig({ testTimeout: 90_000 });
let it: ProductHarness;
let vendor: TestVendor;
let draw: Draw;

beforeAll(async () => {
  it = await startProduct();
  vendor = await it.vendor();
  draw = createDraw();
});
afterAll(() => it.close());

async function send(bytes: Buffer, type: string, by = vendor): Promise<string> {
  const headers = { 'content-type': `image/${type}` };
  const reply = await it.request('POST', '/v1/media', { token: by.token, raw: bytes, headers });
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.body.src;
}
const nameOf = (src: string): string => src.slice('/v1/media/'.length);
const get = (url: string) => it.service.http.inject({ method: 'GET', url });

const night = (by: Draw = draw, isOver = () => false) =>
  makeRenditions({ db: it.db, filesDir: it.filesDir, log, draw: by, isOver });

async function rowsOf(src: string) {
  const { rows } = await it.database.admin(
    `SELECT vendor_id AS "vendorId", rendition_bytes::int AS bytes, rendition_recipe AS recipe,
       rendition_refusal AS refusal, rendition_attempts AS attempts
     FROM product.media WHERE name = $1 ORDER BY created_at`,
    [nameOf(src)],
  );
  return rows;
}

/** What a picture that nobody sent before looks like: its digest is its own. */
const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 20 },
    },
  });

const never: Draw = async () => {
  throw new Error('Nothing was to be drawn.');
};

describe('a picture of the demonstration', () => {
  let src: string;
  let original: Buffer;
  beforeAll(async () => {
    original = await readFile(join(images, 'hero-1280.webp'));
    src = await send(original, 'webp');
  });

  test('is shown as it was sent until its sizes are made, and for an hour at most', async () => {
    const shown = await get(`${src}/640.avif`);
    expect(shown.statusCode).toBe(200);
    expect(shown.rawPayload.equals(original)).toBe(true);
    expect(shown.headers).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=3600',
      'x-content-type-options': 'nosniff',
    });
  });

  test('is there in both types and every smaller size after the night', async () => {
    expect(await night()).toMatchObject({ pictures: 1, renditions: 4, isComplete: true });
    for (const [rendition, width] of [
      ['320.avif', 320],
      ['320.webp', 320],
      ['640.avif', 640],
      ['640.webp', 640],
    ] as const) {
      const shown = await get(`${src}/${rendition}`);
      expect(shown.headers).toMatchObject({
        'content-type': `image/${rendition.slice(4)}`,
        'cache-control': 'public, max-age=31536000, immutable',
        'content-length': String(shown.rawPayload.length),
        etag: `W/"${nameOf(src).slice(0, 64)}/${rendition}"`,
      });
      expect(shown.rawPayload.length).toBeLessThan(original.length);
      expect(await sharp(shown.rawPayload).metadata()).toMatchObject({ width });
    }
    expect((await get(`${src}/1280.avif`)).rawPayload.equals(original)).toBe(true);
  });

  test('counts its sizes among its vendor’s bytes', async () => {
    const folder = join(it.filesDir, 'renditions', nameOf(src));
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await readFile(join(folder, name))).length),
    );
    const bytes = sizes.reduce((sum, one) => sum + one, 0);
    expect(await rowsOf(src)).toEqual([
      { vendorId: vendor.id, bytes, recipe: 1, refusal: null, attempts: 0 },
    ]);
  });

  test('is not made again the next night', async () => {
    expect(await night(never)).toMatchObject({ pictures: 0, isComplete: true });
  });

  test('is charged to another vendor as well who sends the same', async () => {
    const other = await it.vendor();
    expect(await send(original, 'webp', other)).toBe(src);
    await night();
    const [one, two] = await rowsOf(src);
    expect([one?.vendorId, two?.vendorId]).toEqual([vendor.id, other.id]);
    expect(two?.bytes).toBe(one?.bytes);
  });
});

test.each(['320.gif', '500.webp', '640.webp%2f..', '..%2f640.webp'])(
  'what no size is called, %s, is refused',
  async (name) => {
    const shown = await get(`/v1/media/${'0'.repeat(64)}.webp/${name}`);
    expect(shown.statusCode).toBe(400);
  },
);

test('a size of a picture that is not there is not found', async () => {
  const shown = await get(`/v1/media/${'0'.repeat(64)}.webp/640.webp`);
  expect([shown.statusCode, shown.json().code]).toEqual([404, 'MEDIA_NOT_FOUND']);
});

test('a photograph is turned upright, and what the camera wrote is left out', async () => {
  const exif = { IFD0: { Copyright: 'secret place' } };
  const sideways = noise(400, 340).jpeg().withExif(exif).withMetadata({ orientation: 6 });
  const src = await send(await sideways.toBuffer(), 'jpeg');
  await night();
  const shown = await get(`${src}/320.webp`);
  const { width, height } = await sharp(shown.rawPayload).metadata();
  expect(width).toBe(320);
  expect(Math.abs(height - (320 * 400) / 340)).toBeLessThan(1);
  expect(shown.rawPayload.includes('secret place')).toBe(false);
});

describe('a picture that cannot be drawn', () => {
  test.each(['png', 'jpeg', 'webp', 'avif'] as const)(
    'because its %s breaks off is shown as it was sent, and not tried again',
    async (type) => {
      const whole = await noise(340, 260).toFormat(type).toBuffer();
      const broken = whole.subarray(0, Math.floor(whole.length / 2));
      const src = await send(broken, type);
      expect(await night()).toMatchObject({ pictures: 0, refused: 1, isComplete: true });
      expect(await rowsOf(src)).toMatchObject([{ bytes: 0, recipe: 1, refusal: 'UNREADABLE' }]);
      expect((await get(`${src}/320.webp`)).rawPayload.equals(broken)).toBe(true);
      expect(await night(never)).toMatchObject({ refused: 0 });
    },
  );

  test('because it unpacks to more than memory should hold is never unpacked', async () => {
    const flat = { width: 8_000, height: 6_000, channels: 3, background: '#fff' } as const;
    const bomb = await sharp({ create: flat }).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(1024 * 1024);
    const src = await send(bomb, 'png');
    const before = process.resourceUsage().maxRSS;
    expect(await night()).toMatchObject({ refused: 1 });
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(32 * 1024);
    expect(await rowsOf(src)).toMatchObject([{ refusal: 'TOO_LARGE' }]);
  });

  test('because it moves keeps moving', async () => {
    const frames = await Promise.all([1, 2].map(() => noise(340, 200).png().toBuffer()));
    const moving = await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer();
    const src = await send(moving, 'webp');
    expect(await night()).toMatchObject({ refused: 1 });
    expect(await rowsOf(src)).toMatchObject([{ refusal: 'MOVING' }]);
  });

  test('by another loader than those of the four types is not opened', async () => {
    const path = join(it.filesDir, 'drawing.svg');
    await writeFile(path, '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"/>');
    expect(await draw(path)).toEqual(err('UNREADABLE'));
  });
});

describe('a night that breaks off', () => {
  test('goes on where it was, and leaves nothing half done', async () => {
    const one = await send(await noise(340, 200).webp().toBuffer(), 'webp');
    const other = await send(await noise(340, 201).webp().toBuffer(), 'webp');
    let drawn = 0;
    const dying: Draw = async (path) => {
      drawn += 1;
      if (drawn === 2) throw new Error('killed');
      return draw(path);
    };
    await expect(night(dying)).rejects.toThrow('killed');
    const leftover = join(it.filesDir, 'renditions', 'incoming-of-a-crash');
    await mkdir(leftover, { recursive: true });
    expect(await night()).toMatchObject({ pictures: 1, removed: 1, isComplete: true });
    for (const src of [one, other]) {
      expect(await rowsOf(src)).toMatchObject([{ recipe: 1, refusal: null, attempts: 0 }]);
      expect((await get(`${src}/320.webp`)).headers['content-type']).toBe('image/webp');
    }
  });

  test('between the files and the row makes the same again', async () => {
    const src = await send(await noise(340, 202).webp().toBuffer(), 'webp');
    const broken = {
      ...it.db,
      query: (sql: string, params?: readonly unknown[]) =>
        sql.includes('rendition_recipe = $2')
          ? Promise.reject(new Error('killed'))
          : it.db.query(sql, params),
    } as typeof it.db;
    const run = { filesDir: it.filesDir, log, draw, isOver: () => false };
    await expect(makeRenditions({ db: broken, ...run })).rejects.toThrow('killed');
    const first = (await get(`${src}/320.webp`)).rawPayload;
    expect(await rowsOf(src)).toMatchObject([{ recipe: null, bytes: 0 }]);
    expect(await night()).toMatchObject({ pictures: 1, removed: 0 });
    expect((await get(`${src}/320.webp`)).rawPayload.equals(first)).toBe(true);
    expect((await rowsOf(src))[0]?.bytes).toBeGreaterThan(0);
  });

  test('three times at one picture leaves that one alone', async () => {
    const src = await send(await noise(340, 203).webp().toBuffer(), 'webp');
    for (let times = 0; times < 3; times += 1) await expect(night(never)).rejects.toThrow();
    expect(await night(never)).toMatchObject({ pictures: 0, isComplete: true });
    expect(await rowsOf(src)).toMatchObject([{ recipe: null, attempts: 3 }]);
    expect((await get(`${src}/320.webp`)).statusCode).toBe(200);
  });

  test('because its time is over says that more is left', async () => {
    await send(await noise(340, 204).webp().toBuffer(), 'webp');
    expect(await night(never, () => true)).toMatchObject({ pictures: 0, isComplete: false });
    await night();
  });

  test('by a picture that took too long is tried again another night', async () => {
    const src = await send(await noise(340, 205).webp().toBuffer(), 'webp');
    expect(await night(async () => err('TIMED_OUT'))).toMatchObject({ failed: 1, refused: 0 });
    expect(await night()).toMatchObject({ pictures: 1 });
    expect(await rowsOf(src)).toMatchObject([{ recipe: 1, attempts: 0 }]);
  });
});

describe('a vendor without room', () => {
  const hold = (by: TestVendor, bytes: number) =>
    it.database.admin(
      `INSERT INTO product.media (vendor_id, name, size_bytes, rendition_recipe) VALUES ($1, $2, $3, 1)`,
      [by.id, `held-by-${by.id}`, bytes],
    );

  test('gets no sizes, and nothing is drawn for it', async () => {
    const full = await it.vendor();
    const src = await send(await noise(340, 206).webp().toBuffer(), 'webp', full);
    await hold(full, quota - 1_000);
    expect(await night(never)).toMatchObject({ full: 1, pictures: 0 });
    expect(await rowsOf(src)).toMatchObject([{ bytes: 0, refusal: 'FULL' }]);
  });

  test('for exactly what came out keeps nothing of it', async () => {
    const tight = await it.vendor();
    const bytes = await noise(340, 207).webp({ quality: 10 }).toBuffer();
    const src = await send(bytes, 'webp', tight);
    await hold(tight, quota - 2 * bytes.length);
    const large: Draw = async () =>
      ok(
        new Map([
          ['320.webp', randomBytes(bytes.length - 1)],
          ['640.webp', randomBytes(2)],
        ]),
      );
    expect(await night(large)).toMatchObject({ full: 1, pictures: 0 });
    expect(await readdir(join(it.filesDir, 'renditions'))).not.toContain(nameOf(src));
  });

  test('is told so at the next picture, for sizes count', async () => {
    const near = await it.vendor();
    const src = await send(await noise(340, 208).webp().toBuffer(), 'webp', near);
    await night();
    const [{ bytes = 0 } = {}] = await rowsOf(src);
    const next = await noise(200, 200).webp().toBuffer();
    const { rows } = await it.database.admin(
      'SELECT sum(size_bytes)::int AS held FROM product.media WHERE vendor_id = $1',
      [near.id],
    );
    await hold(near, quota - rows[0]?.held - bytes - next.length + 1);
    await expect(send(next, 'webp', near)).rejects.toThrow('MEDIA_FULL');
  });
});

test('sizes of a picture that nobody has any more are taken away', async () => {
  const gone = await it.vendor();
  const src = await send(await noise(340, 209).webp().toBuffer(), 'webp', gone);
  await night();
  await it.database.admin('DELETE FROM product.media WHERE vendor_id = $1', [gone.id]);
  await rm(join(it.filesDir, 'media', nameOf(src)));
  expect(await night()).toMatchObject({ removed: 1 });
  expect((await get(`${src}/320.webp`)).statusCode).toBe(404);
});
