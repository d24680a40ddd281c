import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestMongo } from '@mkt/mongo/testing';
import { startTestRedis } from '@mkt/redis/testing';
import { approvedVendor, checkOut, operatorOf, publish, readyToBuy } from '../support/actors.ts';
import { createSuiteDatabase, startBackend } from '../support/backend.ts';
import { expectBooksInOrder } from '../support/books.ts';
import { type Child, type SpawnOptions, spawnBackend } from '../support/process.ts';

const stocked = 100_000;
/** Past every deadline of a payment: what is not finished by then must be undone. */
const pastDeadlinesMs = 3 * 60 * 60_000;

/** A marketplace whose process is killed, again and again, on stores that stay. */
export interface CrashStand {
  /** The marketplace in a process of its own, which a test may kill or have die. */
  spawn(dieAt?: SpawnOptions['dieAt']): Promise<Child>;
  /** Buys until the process dies, a bounded number of times; what was answered is remembered. */
  buyUntilItDies(url: string, times: number): Promise<void>;
  /** Starts again, lets everything finish, and looks at all books. */
  expectRecovered(): Promise<void>;
  close(): Promise<void>;
}

/** Two vendors sell one product each, in one process on stores that stay. */
export async function openCrashStand(
  serverUrl: string,
  kind: 'embedded' | 'connected' = 'embedded',
): Promise<CrashStand> {
  const database = await createSuiteDatabase(serverUrl);
  const filesDir = await mkdtemp(join(tmpdir(), 'mkt-crash-'));
  const servers = kind === 'connected' ? await startServers() : undefined;
  const { stores } = servers ?? {};
  const options = { admin: database.admin, filesDir, soleProcess: true, stores };
  const variants = await stockUp(options);
  const acknowledged: string[] = [];
  return {
    spawn: (dieAt) => spawnBackend({ ...options, ...(dieAt ? { dieAt } : {}) }),
    async buyUntilItDies(url, times) {
      const lines = variants.map((variantId) => ({ variantId, quantity: 1 }));
      for (let n = 0; n < times; n += 1) {
        try {
          const { body } = await checkOut(url, await readyToBuy(url, lines));
          if (body.state === 'placed') acknowledged.push(body.groupId);
        } catch {
          return;
        }
      }
    },
    async expectRecovered() {
      const { marketplace, clock } = await startBackend(options);
      try {
        await marketplace.idle();
        await clock.advance(pastDeadlinesMs);
        await marketplace.sweep();
        await marketplace.idle();
        const { url } = marketplace;
        const operator = await operatorOf(marketplace);
        await expectBooksInOrder({ url, database, operator, acknowledged, stocked, variants });
      } finally {
        await marketplace.stop();
      }
    },
    async close() {
      await servers?.stop();
      await database.drop();
      await rm(filesDir, { recursive: true, force: true });
    },
  };
}

async function startServers() {
  const [redis, mongo] = await Promise.all([startTestRedis(), startTestMongo()]);
  const mongodbUrl = new URL(mongo.url);
  mongodbUrl.pathname = `/${mongo.database}`;
  return {
    stores: { redisUrl: redis.url, mongodbUrl: mongodbUrl.href, identity: 'marketplace' },
    async stop() {
      await redis.stop();
      await mongo.stop();
    },
  };
}

async function stockUp(options: SpawnOptions): Promise<string[]> {
  const { marketplace } = await startBackend(options);
  const { url } = marketplace;
  const operator = await operatorOf(marketplace);
  const variants: string[] = [];
  for (const name of ['First', 'Second']) {
    const vendor = await approvedVendor(url, operator, name);
    const handle = `crash-${name.toLowerCase()}`;
    const products = [{ handle, priceMinor: 2_500, stock: stocked }];
    await publish(url, operator, vendor, products);
    await marketplace.idle();
    variants.push((await publish(url, operator, vendor, products)).get(handle) ?? '');
  }
  await marketplace.idle();
  await marketplace.stop();
  return variants;
}

/** Moments after the beginning of the load, evenly spread over the time in which checkouts run. */
export function momentsMs(count: number): number[] {
  const { from, to } = { from: 50, to: 650 };
  return Array.from({ length: count }, (_, at) => from + ((to - from) * (at + 0.5)) / count);
}

/** Kills the marketplace that long after four shoppers began to buy without a pause. */
export async function killUnderLoad(stand: CrashStand, afterMs: number): Promise<void> {
  const child = await stand.spawn();
  const load = Promise.all(Array.from({ length: 4 }, () => stand.buyUntilItDies(child.url, 50)));
  await Promise.race([load, new Promise((resolve) => setTimeout(resolve, afterMs))]);
  await child.kill();
  await load;
}
