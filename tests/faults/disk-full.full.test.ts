import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@mkt/embedded-postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPorts } from '../../marketplace/src/supervise/ports.ts';
import { guestAt } from '../support/actors.ts';
import { expectOk, request } from '../support/http.ts';
import { type Shape, startShape } from '../support/shape.ts';
import { sendBuyers } from './buyers.ts';
import { metric, openShop, pastDeadlinesMs, type Shop } from './shop.ts';

// Needs the right to mount, so root outside of a container; without it the test fails and says so.

const diskMb = 400;
const recoveryMs = 10_000;
/** Refusals that are seen before there is room again. */
const enoughRefusals = 20;

describe('while shoppers buy, a PostgreSQL', () => {
  let disk: string;
  let server: EmbeddedPostgres;
  let shape: Shape;
  let shop: Shop;

  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'mkt-faults-disk-'));
    mountSmallDisk(disk);
    const [port = 0] = await findPorts(1, '127.0.0.1');
    const dataDir = join(disk, 'data');
    await mkdir(dataDir);
    server = await startEmbeddedPostgres({ dataDir, port, database: 'postgres' });
    shape = await startShape('embedded', `postgresql://postgres@127.0.0.1:${port}/postgres`);
    shop = await openShop(shape);
  });
  afterAll(async () => {
    await rm(join(disk, 'filling'), { force: true });
    await shape?.stop();
    await server?.stop();
    execFileSync('/usr/bin/umount', ['--lazy', disk]);
    await rm(disk, { recursive: true, force: true });
  });

  /** Leaves nothing free, so that the next page of any table is one too many. */
  async function fill(): Promise<void> {
    const { bfree, bsize } = await statfs(disk);
    const filling = writeFile(join(disk, 'filling'), Buffer.alloc((bfree + 64) * bsize));
    await expect(filling).rejects.toMatchObject({ code: 'ENOSPC' });
  }

  const refusedByDisk = () =>
    metric(shape.url, 'http_request_duration_seconds_count', { status: '503' });

  test('whose disk is full answers reads, refuses what it cannot keep, and loses no order', async () => {
    const buyers = sendBuyers(shop, 4);
    let unexpected: readonly string[] = [];
    const codes = new Set<string>();
    try {
      await buyers.more(3, 60_000);
      // What is to be logged in the next minutes has its place, as on any disk that is not new.
      await shape.database.query('SELECT pg_switch_wal()');
      const before = await refusedByDisk();
      await fill();
      await expect
        .poll(
          async () => {
            const { status, headers, body } = await request(shape.url, 'POST', '/v1/auth/guest');
            if (status === 503) codes.add(`${body.code} ${headers.get('retry-after')}`);
            return (await refusedByDisk()) - before;
          },
          { timeout: 120_000 },
        )
        .toBeGreaterThan(enoughRefusals);
      const found = await expectOk(request(shape.url, 'GET', '/v1/search?q=blue%20mug'));
      const [{ productId }] = found.items;
      await expectOk(request(shape.url, 'GET', `/v1/products/${productId}`));
      await expectOk(request(shape.url, 'GET', '/v1/products?limit=5'));
      await expectOk(
        request(shape.url, 'GET', '/v1/orders', { token: shop.vendors[0]?.token ?? '' }),
      );
      await rm(join(disk, 'filling'));
      await expect
        .poll(
          () =>
            guestAt(shape.url).then(
              () => true,
              () => false,
            ),
          { timeout: recoveryMs },
        )
        .toBe(true);
      await buyers.more(1, recoveryMs);
      await buyers.more(5, 60_000);
    } finally {
      await rm(join(disk, 'filling'), { force: true });
      unexpected = await buyers.stop();
    }
    expect([...codes]).toEqual(['DISK_FULL 2']);
    expect(unexpected).toEqual([]);
    await shape.settle();
    await shape.advance(pastDeadlinesMs);
    await shape.settle();
    await shop.expectBooksInOrder();
  }, 400_000);
});

function mountSmallDisk(folder: string): void {
  try {
    const options = `size=${diskMb}m,mode=755`;
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  } catch (error) {
    throw new Error('A disk of the test’s own needs the right to mount: run this as root', {
      cause: error,
    });
  }
}
