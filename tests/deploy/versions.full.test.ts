import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@mkt/topology';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { findPorts } from '../../marketplace/src/supervise/ports.ts';
import { type Supervised, supervise } from '../../marketplace/src/supervise/supervised.ts';
import { type Purchases, startPurchases } from '../faults/purchases.ts';
import { metric, openShop, pastDeadlinesMs, type Shop, stocked } from '../faults/shop.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { expectBooksInOrder } from '../support/books.ts';
import { repositoryDir } from '../support/dev-process.ts';
import { expectOk, request } from '../support/http.ts';
import { type Shape, startShape } from '../support/shape.ts';
import { makeRelease } from './release.ts';
import { contractedVersion, nextVersion } from './versions.ts';

/** Sales before, while both run, after a kill of the older, and when it is gone. */
const salesEach = Number(process.env.MKT_DEPLOY_SALES ?? 12);
const entryIn = (dir: string): string => join(dir, 'marketplace/src/service-main.ts');

describe('an order service of the next version', () => {
  let root: string;
  let next: string;
  let balancer: Balancer;
  let shape: Shape;
  let shop: Shop;
  let newer: Supervised | undefined;
  const upgraded = new Set<ServiceName>();

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'mkt-deploy-'));
    next = await makeRelease(join(root, 'next'), nextVersion);
    balancer = await startBalancer();
    shape = await startShape('processes', inject('postgresUrl'), {
      reachedAt: { order: balancer.url },
      entryOf: (service) => (upgraded.has(service) ? entryIn(next) : undefined),
      envOf: (service) => (service === 'order' ? { SOLE_PROCESS: 'false', LOG_LEVEL: 'info' } : {}),
    });
    balancer.add(shape.urlOf('order'));
    shop = await openShop(shape);
  }, 300_000);
  afterAll(async () => {
    await newer?.stop(20_000);
    await shape?.stop();
    await balancer?.close();
    await rm(root, { recursive: true, force: true });
  });

  /** One more process of the order service, from the next version. */
  async function startNewer(lines: string[]): Promise<string> {
    const [port = 0] = await findPorts(1, '127.0.0.1');
    newer = supervise({
      name: 'order of the next version',
      args: () => [entryIn(next), 'order'],
      env: () => ({ ...shape.environmentOf('order'), PORT: String(port) }),
      restart: { firstMs: 20, maxMs: 1_000, healthyAfterMs: 500, mostBeforeReady: 3 },
      onLine: (line) => lines.push(line),
      onNews: (line) => lines.push(line),
    });
    await newer.firstReady.catch((error: unknown) => {
      throw new Error(lines.join('\n'), { cause: error });
    });
    return `http://127.0.0.1:${port}`;
  }

  const sagaSteps = (url: string) =>
    metric(url, 'saga_transitions_total', { service: 'order', saga: 'checkout' });
  const published = (url: string) => metric(url, 'events_published_total', { service: 'order' });

  async function expectAllPlacedOnce({ placed, refused }: Purchases): Promise<void> {
    const checkouts = placed.length;
    expect(checkouts).toBeGreaterThanOrEqual(4 * salesEach);
    expect(new Set(placed).size).toBe(checkouts);
    expect(refused).toEqual([]);
    const [row] = await shape.database.query(
      `SELECT count(*)::int AS orders,
         (SELECT count(*)::int FROM payment.payments WHERE status = 'authorized') AS payments,
         (SELECT count(*)::int FROM payment.simulator_payments WHERE status = 'authorized') AS held
       FROM "order".order_groups WHERE placed_at IS NOT NULL`,
    );
    expect(row).toEqual({ orders: checkouts, payments: checkouts, held: checkouts });
    const { database, url } = shape;
    const { variants } = shop;
    const operator = await shape.operator();
    await expectBooksInOrder({ url, database, operator, acknowledged: placed, stocked, variants });
  }

  test(`takes the place of the older one during ${4 * salesEach} checkouts: none is lost, none is double`, async () => {
    const older = shape.urlOf('order');
    const lines: string[] = [];
    const purchases = startPurchases(shape, shop, { buyers: 4 });
    await purchases.more(salesEach);
    const url = await startNewer(lines);
    balancer.add(url);
    await purchases.more(salesEach);
    // Both answer, drive sagas and publish.
    for (const one of [older, url]) expect(await sagaSteps(one)).toBeGreaterThan(0);
    expect(await published(older)).toBeGreaterThan(0);
    await shape.kill('order');
    await shape.untilReady();
    expect(shape.lines.filter((line) => line.includes('newer version has added'))).toHaveLength(1);
    await purchases.more(salesEach);
    balancer.remove(older);
    await shape.end('order', 'retire');
    await purchases.more(salesEach);
    await purchases.finish();

    await shape.settle();
    await shape.advance(pastDeadlinesMs);
    await shape.settle();
    const writers = await shape.database.query(
      'SELECT written_by, count(*)::int AS n FROM "order".order_groups GROUP BY 1 ORDER BY 1',
    );
    process.stderr.write(
      `${purchases.placed.length} placed, ${purchases.repeats} repeats; ` +
        `${writers.map(({ written_by: by, n }) => `${n} by the ${by}`).join(', ')}\n`,
    );
    expect(writers.map(({ written_by: by }) => by)).toEqual(['newer', 'older']);
    // A field more in every event was no reason to park one: that is among what is looked at.
    await expectAllPlacedOnce(purchases);
  }, 600_000);

  test('sends an event in a new shape: parked by who does not know it, finished once he does', async () => {
    const vendor = shop.vendors[0]?.token ?? '';
    const api = (method: string, path: string, token: string, body?: unknown) =>
      expectOk(request(shape.url, method, path, { token, ...(body ? { body } : {}) }));
    const { items: orders } = await api('GET', '/v1/orders', vendor);
    const [{ orderId }] = orders;
    const tracking = { carrier: 'Post', trackingNumber: 'RR1' };
    await api('POST', `/v1/orders/${orderId}/shipments`, vendor, tracking);
    await shape.settle();
    const operator = await shape.operator();
    const shipments = async () =>
      (await api('GET', `/v1/shipments?orderId=${orderId}`, vendor)).items;
    const consumers = ['shipping', 'notification'] as const;
    for (const consumer of consumers) {
      const { items } = await api('GET', `/v1/operations/${consumer}/dead-letters`, operator);
      expect([consumer, items.length]).toEqual([consumer, 1]);
      expect(items[0]).toMatchObject({ type: 'order.shipped', attempts: 1 });
      expect(items[0].reason).toContain('order.shipped version 2');
      const dead = { service: consumer, type: 'order.shipped', outcome: 'dead' };
      expect(await metric(shape.urlOf(consumer), 'events_consumed_total', dead)).toBe(1);
    }
    expect(await shipments()).toEqual([]);

    for (const consumer of consumers) {
      upgraded.add(consumer);
      await shape.end(consumer, 'restart');
      const path = `/v1/operations/${consumer}/dead-letters`;
      const { items } = await api('GET', path, operator);
      const replayed = await api('POST', `${path}/${items[0].eventId}/replay`, operator, {});
      expect([consumer, replayed.outcome]).toEqual([consumer, 'applied']);
    }
    expect(await shipments()).toHaveLength(1);
  }, 300_000);

  test('cannot be followed by the older one once its schema was contracted', async () => {
    await newer?.stop(20_000);
    const contracted = await makeRelease(join(root, 'contracted'), contractedVersion);
    const both = await startAndEnd(contracted);
    expect(both).toMatchObject({ code: 78 });
    expect(both.said).toContain('MIGRATION_HASTY');
    const alone = await startAndEnd(contracted, { SOLE_PROCESS: 'true' });
    expect([alone.code, alone.said]).toEqual([0, expect.stringContaining('"msg":"ready"')]);
    const older = await startAndEnd(repositoryDir);
    expect(older.code).toBe(78);
    expect(older.said).toMatch(
      /too new for this version: since 0103_written_by_gone.*0102_written_by_moved/,
    );
  }, 300_000);

  /** Starts an order service in the foreground and, where it becomes ready, stops it again. */
  async function startAndEnd(dir: string, env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [entryIn(dir), 'order'], {
      env: { ...shape.environmentOf('order'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('"msg":"ready"')) child.kill('SIGTERM');
      });
    }
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, said };
  }
});
