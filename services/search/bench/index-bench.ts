import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SearchIndex } from '../src/domain/index.ts';
import { products } from './catalogue.ts';
import { queries } from './queries.ts';

/**
 * Build, query, change and restore an index of a made-up catalogue, in this process alone.
 * `node services/search/bench/index-bench.ts [products ...]`, by default 10000 and 100000.
 */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

async function measure(count: number): Promise<void> {
  const before = memory();
  const index = new SearchIndex();
  const build = timed(() => {
    for (const product of products(count)) index.upsert(product);
  });
  const after = memory();
  const { terms } = index.stats();
  line(`${count} products, ${terms} terms`);
  line(`  build ${ms(build)}, of which making them up ${ms(timed(() => drain(products(count))))}`);
  line(`  memory ${perProduct(after.used - before.used, count)} (heap and buffers)`);
  line(`  process ${megabytes(after.rss)} resident, ${megabytes(before.rss)} before`);
  queryTimes(index);
  changeTimes(index, count);
  await snapshotTimes(index);
  line(`  process at the end ${megabytes(memory().rss)} resident`);
}

function queryTimes(index: SearchIndex): void {
  for (const [, query] of queries(600, 7)) index.search(query);
  const all: number[] = [];
  const byKind = new Map<string, number[]>();
  for (const [kind, query] of queries(6_000)) {
    const took = timed(() => index.search(query));
    all.push(took);
    byKind.set(kind, [...(byKind.get(kind) ?? []), took]);
  }
  line(`  search with facets ${quantiles(all)}`);
  for (const [kind, times] of byKind) line(`    ${kind.padEnd(20)} ${quantiles(times)}`);
  const prefixes = ['m', 'ce', 'oak', 'hand', 'ceramc', 'wal'];
  const suggesting = Array.from({ length: 600 }, (_, at) =>
    timed(() => index.suggest(prefixes[at % prefixes.length] as string)),
  );
  line(`  suggest ${quantiles(suggesting)}`);
}

function changeTimes(index: SearchIndex, count: number): void {
  const changed = [...products(Math.min(count, 2_000), 99)].map((each) => ({
    ...each,
    version: 2,
  }));
  const upserts = changed.map((product) => timed(() => index.upsert(product)));
  line(`  upsert of a stored product ${quantiles(upserts)}`);
  const stock = changed.map(({ productId }) => timed(() => index.setStock(productId, false)));
  line(`  stock change ${quantiles(stock)}`);
  const hide = timed(() => index.setVendorHidden('vendor-0', true));
  index.setVendorHidden('vendor-0', false);
  line(`  hiding the largest vendor ${ms(hide)}`);
}

async function snapshotTimes(index: SearchIndex): Promise<void> {
  const pieces: Uint8Array[] = [];
  let source: Iterable<Uint8Array> = [];
  const freeze = timed(() => {
    source = index.snapshot();
  });
  const write = timed(() => {
    for (const piece of source) pieces.push(piece);
  });
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const start = performance.now();
  const restored = await SearchIndex.restore(pieces);
  const restore = performance.now() - start;
  if (!restored.ok || restored.value.size !== index.size) throw new Error('restore failed');
  line(`  snapshot ${perProduct(size, index.size)}`);
  line(`  snapshot copy ${ms(freeze)}, write ${ms(write)}, restore ${ms(restore)}`);
}

function memory(): { used: number; rss: number } {
  collect();
  collect();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { used: heapUsed + arrayBuffers, rss };
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function drain(items: Iterable<unknown>): void {
  for (const _ of items);
}

function quantiles(times: readonly number[]): string {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] as number;
  return `p50 ${at(0.5).toFixed(2)} ms, p99 ${at(0.99).toFixed(2)} ms, most ${at(1).toFixed(2)} ms`;
}

function line(text: string): void {
  process.stdout.write(`${text}\n`);
}

const ms = (time: number) => `${time.toFixed(1)} ms`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const perProduct = (bytes: number, count: number) =>
  `${megabytes(bytes)}, ${Math.round(bytes / count)} bytes a product`;

const sizes = process.argv.slice(2).map(Number);
for (const count of sizes.length > 0 ? sizes : [10_000, 100_000]) await measure(count);
