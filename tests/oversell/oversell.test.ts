import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import {
  approvedVendor,
  checkOut,
  type Prepared,
  publish,
  readyToBuy,
  type Vendor,
} from '../support/actors.ts';
import type { SuiteDatabase } from '../support/backend.ts';
import type { Reply } from '../support/http.ts';
import { type Child, spawnBackend } from '../support/process.ts';
import { type Shape, shapesOfThisRun, startShape } from '../support/shape.ts';

const processes = 4;
const rivalsPerProcess = 50;
const decidedWithinMs = 60_000;

/** In one process there are rivals in others besides; where each service has its own, they are it. */
describe.each(shapesOfThisRun)('in the shape %s, the last units of a product', (kind) => {
  let shape: Shape;
  let database: SuiteDatabase;
  let filesDir: string;
  let operator: string;
  let vendor: Vendor;
  let urls: readonly string[];
  const children: Child[] = [];

  beforeAll(async () => {
    shape = await startShape(kind, inject('postgresUrl'), { soleProcess: false });
    ({ database } = shape);
    filesDir = await mkdtemp(join(tmpdir(), 'mkt-oversell-'));
    operator = await shape.operator();
    vendor = await approvedVendor(shape.url, operator, 'Suite');
    if (kind !== 'processes') {
      for (let n = 0; n < processes; n += 1) {
        const options = { admin: database.admin, soleProcess: false };
        const stores = shape.stores && { ...shape.stores, identity: `rival-${n}` };
        children.push(await spawnBackend({ ...options, stores, filesDir: join(filesDir, `${n}`) }));
      }
    }
    urls = children.length > 0 ? children.map(({ url }) => url) : Array(processes).fill(shape.url);
  });
  afterAll(async () => {
    await Promise.all(children.map((child) => child.stop()));
    await shape?.stop();
    await rm(filesDir, { recursive: true, force: true });
  });

  async function publishOne(handle: string, stock: number): Promise<string> {
    const product = { handle, priceMinor: 1_900, stock };
    const variants = await publishSettled(() => publish(shape.url, operator, vendor, [product]));
    const variantId = variants.get(handle);
    if (!variantId) throw new Error(`${handle} has no stock level`);
    return variantId;
  }

  async function publishSettled<T>(work: () => Promise<T>): Promise<T> {
    await work();
    await shape.settle();
    return work();
  }

  interface Rival {
    readonly url: string;
    readonly prepared: Prepared;
    readonly key: string;
  }

  /** One after the other: the rush is for the units, not for carts. */
  async function rivalsAt(url: string, line: Parameters<typeof readyToBuy>[1]): Promise<Rival[]> {
    const rivals: Rival[] = [];
    while (rivals.length < rivalsPerProcess) {
      rivals.push({ url, prepared: await readyToBuy(url, line), key: crypto.randomUUID() });
    }
    return rivals;
  }

  /** A machine with too much to do says "come back": whoever does so with the same key is decided on. */
  function untilDecided({ url, prepared, key }: Rival): Promise<Reply> {
    const decided = async (): Promise<Reply> => {
      const reply = await checkOut(url, prepared, key);
      if ([503, 504].includes(reply.status)) throw new Error(`${reply.status} ${reply.body.code}`);
      return reply;
    };
    return vi.waitFor(decided, { timeout: decidedWithinMs, interval: 100 });
  }

  async function levelOf(variantId: string): Promise<{ stocked: number; reserved: number }> {
    const [row] = await database.query(
      'SELECT sum(stocked)::int AS stocked, sum(reserved)::int AS reserved FROM inventory.stock_levels WHERE variant_id = $1',
      [variantId],
    );
    return row as never;
  }

  const isPlaced = ({ status, body }: Reply): boolean => status === 201 && body.state === 'placed';

  test.each([1, 7, 40])(
    'go to exactly as many winners as there are units, of %i',
    async (stock) => {
      const variantId = await publishOne(`rare-${stock}`, stock);
      const line = [{ variantId, quantity: 1 }];
      const ready = await Promise.all(urls.map((url) => rivalsAt(url, line)));
      const replies = await Promise.all(ready.flat().map(untilDecided));
      const losers = replies.filter((reply) => !isPlaced(reply));
      expect(replies.filter(isPlaced)).toHaveLength(stock);
      expect(new Set(losers.map(({ body }) => body.code))).toEqual(new Set(['INSUFFICIENT_STOCK']));
      expect(await levelOf(variantId)).toEqual({ stocked: 0, reserved: 0 });
    },
    180_000,
  );

  test('count two lines on one stock row together', async () => {
    const variantId = await publishOne('pair', 3);
    const [url = ''] = urls;
    const both = await readyToBuy(url, [
      { variantId, quantity: 2 },
      { variantId, quantity: 2 },
    ]);
    const refused = await checkOut(url, both);
    expect([refused.status, refused.body.code]).toEqual([409, 'INSUFFICIENT_STOCK']);
    expect(await levelOf(variantId)).toEqual({ stocked: 3, reserved: 0 });
  });
});
