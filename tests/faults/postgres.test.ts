import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@mkt/embedded-postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPorts } from '../../marketplace/src/supervise/ports.ts';
import { request } from '../support/http.ts';
import { type Shape, startShape } from '../support/shape.ts';
import { sendBuyers } from './buyers.ts';
import { openShop, pastDeadlinesMs, type Shop } from './shop.ts';

const recoveryMs = 5_000;

describe('while shoppers buy, a PostgreSQL', () => {
  let dataDir: string;
  let port: number;
  let server: EmbeddedPostgres;
  let shape: Shape;
  let shop: Shop;
  const start = () => startEmbeddedPostgres({ dataDir, port, database: 'postgres' });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mkt-faults-pg-'));
    [port = 0] = await findPorts(1, '127.0.0.1');
    server = await start();
    shape = await startShape('embedded', `postgresql://postgres@127.0.0.1:${port}/postgres`);
    shop = await openShop(shape);
  });
  afterAll(async () => {
    await shape?.stop();
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test.each([
    ['that is restarted', async () => {}],
    ['that is killed', async () => void process.kill(server.pid, 'SIGKILL')],
  ])('%s costs answers of 503 and no order', async (_how, end) => {
    const buyers = sendBuyers(shop, 4);
    let unexpected: readonly string[] = [];
    try {
      await buyers.more(3, 30_000);
      await end();
      await server.stop();
      const refused = await request(shape.url, 'POST', '/v1/auth/guest');
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
      server = await start();
      await buyers.more(1, recoveryMs);
      await buyers.more(3, 30_000);
    } finally {
      unexpected = await buyers.stop();
    }
    expect(unexpected).toEqual([]);
    await shape.settle();
    await shape.advance(pastDeadlinesMs);
    await shape.settle();
    await shop.expectBooksInOrder();
  });
});
