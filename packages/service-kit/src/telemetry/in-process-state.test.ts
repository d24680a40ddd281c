import { readFile } from 'node:fs/promises';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { createInProcessState } from './in-process-state.ts';
import { createMeter, type UsageCount } from './meter.ts';
import { createMetrics } from './metrics.ts';
import { countVendorRequests } from './vendor-requests.ts';

async function shown(registry: Registry): Promise<string[]> {
  const text = await registry.metrics();
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('what a process knows of itself', () => {
  test('is read anew at each scrape', async () => {
    const registry = new Registry();
    const state = createInProcessState(registry);
    let count = 3;
    const read = () => ({ count, oldestAgeMs: count * 1_500 });
    state.readOutbox('order', read);
    state.readSagas('order', 'checkout', read);
    expect(await shown(registry)).toEqual(
      expect.arrayContaining([
        'outbox_waiting{service="order"} 3',
        'outbox_oldest_age_seconds{service="order"} 4.5',
        'sagas_under_way{service="order",saga="checkout"} 3',
        'saga_oldest_age_seconds{service="order",saga="checkout"} 4.5',
      ]) as string[],
    );
    count = 0;
    expect(await shown(registry)).toEqual(
      expect.arrayContaining([
        'outbox_waiting{service="order"} 0',
        'outbox_oldest_age_seconds{service="order"} 0',
      ]) as string[],
    );
  });

  test('has the connections of a pool by what they are at, and its bound', async () => {
    const registry = new Registry();
    createInProcessState(registry).readPools('cart', () => [
      { role: 'platform', max: 4, open: 3, used: 1, waiting: 7 },
    ]);
    const platform = 'service="cart",role="platform"';
    expect(await shown(registry)).toEqual(
      expect.arrayContaining([
        `db_pool_connections{${platform},state="used"} 1`,
        `db_pool_connections{${platform},state="idle"} 2`,
        `db_pool_connections{${platform},state="waiting"} 7`,
        `db_pool_max{${platform}} 4`,
      ]) as string[],
    );
  });

  test('has what was metered since it began, also what was reported meanwhile', async () => {
    const registry = new Registry();
    const meter = createMeter();
    createInProcessState(registry).readMeter('cart', meter.counted);
    meter.add('postgres.statements', 3);
    const [drained] = meter.drain();
    meter.giveBack(drained as UsageCount);
    meter.add('postgres.statements', 2);
    const series = 'metered_use_total{service="cart",meter="postgres.statements"}';
    expect(await shown(registry)).toContain(`${series} 5`);
    expect(await shown(registry)).toContain(`${series} 5`);
    expect(meter.totals()).toEqual([{ meter: 'postgres.statements', amount: 5 }]);
  });

  test('has the lost spans of a recorder once, however many services share it', async () => {
    const registry = new Registry();
    const state = createInProcessState(registry);
    expect(await shown(registry)).toContain('spans_dropped_total 0');
    const recorder = { dropped: () => 5 };
    state.readDroppedSpans(recorder);
    state.readDroppedSpans(recorder);
    await registry.metrics();
    expect(await shown(registry)).toContain('spans_dropped_total 5');
  });

  test('has the event loop’s delay where the process is measured', async () => {
    const { registry } = createMetrics({ processMetrics: true });
    const text = await registry.metrics();
    for (const quantile of ['p50', 'p99', 'max']) {
      expect(text).toContain(`event_loop_delay_seconds{quantile="${quantile}"}`);
    }
    expect(await createMetrics().registry.metrics()).not.toContain('event_loop_delay');
  });
});

describe('requests of vendors', () => {
  test('are counted under a bounded number of ids, each request once', async () => {
    const registry = new Registry();
    const count = countVendorRequests(registry, { maxNamed: 2 });
    for (const vendor of ['a', 'b', 'c', 'c']) count(vendor);
    expect(await shown(registry)).toEqual([
      'vendor_requests_total{vendor="other"} 2',
      'vendor_requests_total{vendor="a"} 1',
      'vendor_requests_total{vendor="b"} 1',
    ]);
    count('c');
    expect(await shown(registry)).toEqual([
      'vendor_requests_total{vendor="other"} 2',
      'vendor_requests_total{vendor="b"} 1',
      'vendor_requests_total{vendor="c"} 1',
    ]);
  });
});

test('docs/metrics.md names every metric of the kit, with exactly its labels', async () => {
  const { registry } = createMetrics({ processMetrics: true });
  const page = await readFile(new URL('../../../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` *\| *([^|]*?) *\|/gm)];
  const documented = rows.map(([, name, labels]) => `${name}: ${labels}`);
  // The type of the array leaves out what every metric has.
  const metrics = registry.getMetricsAsArray() as unknown as {
    name: string;
    labelNames: string[];
  }[];
  const own = metrics.filter(({ name }) => !/^(process|nodejs)_/.test(name));
  const made = own.map(({ name, labelNames }) => `${name}: ${labelNames.join(', ')}`);
  expect(documented.toSorted()).toEqual(made.toSorted());
});
