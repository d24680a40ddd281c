import { startChild } from './child.ts';
import type { Row } from './report.ts';

const sizes = [10_000, 100_000] as const;
const warmUp = 600;
const asked = 6_000;
const row = { topic: 'search' } as const;

/** What one search with facets takes in the index, of a small and of a large catalogue. */
export async function measureSearch(): Promise<Row[]> {
  const rows: Row[] = [];
  const slowest: number[] = [];
  for (const productCount of sizes) {
    const child = await startChild('search', { productCount });
    await child.tell([warmUp, 7]);
    const { times } = await child.tell<{ times: number[] }>([asked, 2]);
    await child.stop();
    const p99 = times.toSorted((a, b) => a - b)[Math.floor(asked * 0.99)] ?? 0;
    slowest.push(p99);
    rows.push({
      ...row,
      what: `search with facets, p99, ${productCount.toLocaleString('en')} products`,
      unit: 'ms',
      value: p99,
      limit: { kind: 'atMost', bound: 20, aim: 5 },
    });
  }
  const [small = 0, large = 0] = slowest;
  const growth = large / small;
  return [
    ...rows,
    {
      ...row,
      what: 'ten times the products take so many times longer',
      unit: 'times',
      value: growth,
      limit: { kind: 'atMost', bound: 2 },
    },
  ];
}
