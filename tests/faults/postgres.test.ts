import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@mkt/embedded-postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPorts } from '../../marketplace/src/supervise/ports.ts';
import { request } from '../support/http.ts';
import { type Shape, startShape } from '../support/shape.ts';
import { isPlaced, openShop, pastDeadlinesMs, type Shop } from './shop.ts';

const recoveryMs = 5_000;
const buyers = 4;

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

  /** Buys one after the other until told to stop; what was neither sold nor "come back" is noted. */
  async function keepBuying(isOver: () => boolean, unexpected: string[]): Promise<void> {
    while (!isOver()) {
      try {
        const reply = await shop.buy();
        const comesBack = [503, 504].includes(reply.status) && reply.headers.has('retry-after');
        if (!isPlaced(reply) && !comesBack && reply.body.state !== 'processing') {
          unexpected.push(`${reply.status} ${JSON.stringify(reply.body)}`);
        }
      } catch (error) {
        // A step before the checkout was refused, by its status.
        const { message } = error as Error;
        if (!/^50[34] /.test(message)) unexpected.push(message);
      }
    }
  }

  test.each([
    ['that is restarted', async () => {}],
    ['that is killed', async () => void process.kill(server.pid, 'SIGKILL')],
  ])('%s costs answers of 503 and no order', async (_how, end) => {
    const unexpected: string[] = [];
    let isOver = false;
    const buying = Array.from({ length: buyers }, () => keepBuying(() => isOver, unexpected));
    const more = async (count: number, timeout: number): Promise<void> => {
      const before = shop.acknowledged.length;
      await expect
        .poll(() => shop.acknowledged.length, { timeout, interval: 10 })
        .toBeGreaterThanOrEqual(before + count);
    };
    try {
      await more(3, 30_000);
      await end();
      await server.stop();
      const refused = await request(shape.url, 'POST', '/v1/auth/guest');
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
      server = await start();
      await more(1, recoveryMs);
      await more(3, 30_000);
    } finally {
      isOver = true;
      await Promise.all(buying);
    }
    expect(unexpected).toEqual([]);
    await shape.settle();
    await shape.advance(pastDeadlinesMs);
    await shape.settle();
    await shop.expectBooksInOrder();
  });
});
