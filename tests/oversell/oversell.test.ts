import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { approvedVendor, checkOut, operatorOf, publish, readyToBuy } from '../support/actors.ts';
import { createSuiteDatabase, type SuiteDatabase, startBackend } from '../support/backend.ts';
import type { Reply } from '../support/http.ts';
import { type Child, spawnBackend } from '../support/process.ts';

const processes = 4;
const rivalsPerProcess = 50;

describe('the last units of a product', () => {
  let database: SuiteDatabase;
  let backend: Awaited<ReturnType<typeof startBackend>>;
  let filesDir: string;
  let operator: string;
  let vendor: Awaited<ReturnType<typeof approvedVendor>>;
  const children: Child[] = [];

  beforeAll(async () => {
    database = await createSuiteDatabase(inject('postgresUrl'));
    filesDir = await mkdtemp(join(tmpdir(), 'mkt-oversell-'));
    const options = { admin: database.admin, soleProcess: false };
    backend = await startBackend({ ...options, filesDir: join(filesDir, 'main') });
    operator = await operatorOf(backend.marketplace);
    vendor = await approvedVendor(backend.marketplace.url, operator, 'Suite');
    for (let n = 0; n < processes; n += 1) {
      children.push(await spawnBackend({ ...options, filesDir: join(filesDir, `${n}`) }));
    }
  });
  afterAll(async () => {
    await Promise.all(children.map((child) => child.stop()));
    await backend?.marketplace.stop();
    await database?.drop();
    await rm(filesDir, { recursive: true, force: true });
  });

  async function publishOne(handle: string, stock: number): Promise<string> {
    const { marketplace } = backend;
    const product = { handle, priceMinor: 1_900, stock };
    const variants = await publishSettled(() =>
      publish(marketplace.url, operator, vendor, [product]),
    );
    const variantId = variants.get(handle);
    if (!variantId) throw new Error(`${handle} has no stock level`);
    return variantId;
  }

  async function publishSettled<T>(work: () => Promise<T>): Promise<T> {
    await work();
    await backend.marketplace.idle();
    return work();
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
      const ready = await Promise.all(
        children.flatMap(({ url }) =>
          Array.from({ length: rivalsPerProcess }, async () => ({
            url,
            prepared: await readyToBuy(url, line),
          })),
        ),
      );
      const replies = await Promise.all(ready.map(({ url, prepared }) => checkOut(url, prepared)));
      const losers = replies.filter((reply) => !isPlaced(reply));
      expect(replies.filter(isPlaced)).toHaveLength(stock);
      expect(new Set(losers.map(({ body }) => body.code))).toEqual(new Set(['INSUFFICIENT_STOCK']));
      expect(await levelOf(variantId)).toEqual({ stocked: 0, reserved: 0 });
    },
    180_000,
  );

  test('count two lines on one stock row together', async () => {
    const variantId = await publishOne('pair', 3);
    const url = children[0]?.url ?? '';
    const both = await readyToBuy(url, [
      { variantId, quantity: 2 },
      { variantId, quantity: 2 },
    ]);
    const refused = await checkOut(url, both);
    expect([refused.status, refused.body.code]).toEqual([409, 'INSUFFICIENT_STOCK']);
    expect(await levelOf(variantId)).toEqual({ stocked: 3, reserved: 0 });
  });
});
