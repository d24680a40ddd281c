import { approvedVendor, operatorAt } from '../tests/support/actors.ts';
import { expectOk, request } from '../tests/support/http.ts';
import type { Child } from './child.ts';
import type { Row } from './report.ts';

const productCount = 10_000;
const sampleEveryMs = 100;
const head =
  'Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price';
const story = '<p>Thrown by hand, dried for a week, and fired twice.</p>'.repeat(8);

/** Two variants a product: two rows of the file. */
function* catalogue(products: number, name: string): Iterable<string> {
  yield `${head}\n`;
  for (let n = 0; n < products; n += 1) {
    const handle = `${name}-${n}`;
    yield `${handle},Mug ${n},"${story}",Bench,Mugs,"clay, kitchen",Size,Small,${handle}-s,5,19.00\n` +
      `${handle},,,,,,,Large,${handle}-l,5,24.00\n`;
  }
}

/** A vendor's whole catalogue by one request, and how much memory that takes on top. */
export async function measureImport(marketplace: Child): Promise<Row[]> {
  const operator = await operatorAt(marketplace.url);
  const vendor = await approvedVendor(marketplace.url, operator, 'Bench');
  await importOne(marketplace, vendor.token, 500, 'warm-up');
  const small = await importOne(marketplace, vendor.token, productCount / 10, 'small');
  const large = await importOne(marketplace, vendor.token, productCount, 'large');
  const row = { topic: 'import' } as const;
  return [
    {
      ...row,
      what: `rows of a catalogue of ${productCount.toLocaleString('en')} products`,
      unit: 'perSecond',
      value: large.rowsPerSecond,
      limit: { kind: 'atLeast', bound: 0, aim: 3_000 },
    },
    {
      ...row,
      what: 'memory at the most, above a tenth of the catalogue',
      unit: 'MB',
      value: Math.max(0, large.peakMb - small.peakMb),
      limit: { kind: 'atMost', bound: 30 },
    },
  ];
}

async function importOne(marketplace: Child, token: string, products: number, name: string) {
  await marketplace.settledUsage();
  const usages: number[] = [];
  const startedAt = performance.now();
  const raw = { type: 'text/csv', body: [...catalogue(products, name)].join('') };
  const importing = expectOk(
    request(marketplace.url, 'POST', '/v1/products/import', { token, raw }),
  );
  const sample = async () => void usages.push((await marketplace.usage()).rssBytes);
  const timer = setInterval(() => void sample(), sampleEveryMs);
  const report = await importing.finally(() => clearInterval(timer));
  const seconds = (performance.now() - startedAt) / 1_000;
  if (report.products.created !== products) throw new Error(JSON.stringify(report).slice(0, 500));
  return { rowsPerSecond: report.rows / seconds, peakMb: Math.max(...usages) / 1_000_000 };
}
