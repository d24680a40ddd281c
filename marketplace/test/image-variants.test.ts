import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@mkt/kernel';
import { productService } from '@mkt/product';
import { createTestDatabase, type TestDatabase } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { demoImagesDir } from '../src/demo-images.ts';
import { imageVariants } from '../src/jobs/image-variants.ts';

const log = { info: () => {}, warn: () => {} } as never;
const name = `${'a'.repeat(64)}.webp`;
let database: TestDatabase;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  const { migrationsDir = '' } = productService;
  const source = { service: 'product', migrationsDir };
  database = await createTestDatabase(inject('postgresUrl'), [source]);
  folder = await mkdtemp(join(tmpdir(), 'mkt-pictures-'));
  await mkdir(join(folder, 'product', 'media'), { recursive: true });
  await copyFile(join(demoImagesDir, 'hero-1280.webp'), join(folder, 'product', 'media', name));
  await database.admin(
    'INSERT INTO product.media (vendor_id, name, size_bytes) VALUES ($1, $2, 10958)',
    [newId<'Vendor'>(), name],
  );
  const server = new URL(inject('postgresUrl'));
  server.pathname = `/${database.connection.database}`;
  if (!server.searchParams.has('user') && server.username === '') server.username = 'postgres';
  env = { DATABASE_URL: server.href, FILES_DIR: folder };
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const run = (more: Record<string, string> = {}, signal = new AbortController().signal) =>
  imageVariants({ env: { ...env, ...more }, log, signal });

test('the job that is told to stop begins no picture', async () => {
  expect(await run({}, AbortSignal.abort())).toMatchObject({ pictures: 0, isComplete: false });
});

test('the job makes what is due, as the product service’s own role, and then nothing', async () => {
  expect(await run()).toMatchObject({ pictures: 1, renditions: 4, isComplete: true });
  const made = await readdir(join(folder, 'product', 'renditions', name));
  expect(made.toSorted()).toEqual(['320.avif', '320.webp', '640.avif', '640.webp']);
  expect(await run()).toMatchObject({ pictures: 0, renditions: 0, isComplete: true });
});
