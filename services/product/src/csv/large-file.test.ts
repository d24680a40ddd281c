import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { readProducts } from './read-products.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const ROWS = 100_000;
const FIRST = 'Handle,Title,Body (HTML),Variant Price,Option1 Name,Option1 Value\n';

async function* largeFile(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(FIRST);
  for (let n = 0; n < ROWS; n += 4) {
    const body = `"<p>Thrown ""by hand"",\r\nnumber ${n}.</p>${'<p>And so on.</p>'.repeat(10)}"`;
    yield Buffer.from(
      `p-${n},Product ${n},${body},24.00,Size,S\r\np-${n},,,25.00,,M\r\n` +
        `p-${n},,,26.00,,L\r\np-${n},,,${n % 1000 === 0 ? 'bad' : '27.00'},,XL\r\n`,
    );
  }
}

/** What is still held: without a collection first, the figure would show garbage as well. */
function heapHeld(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test('100,000 rows go through in flat memory', async () => {
  const before = heapHeld();
  let peak = 0;
  let products = 0;
  let problems = 0;
  for await (const item of readProducts(largeFile(), { currency: 'EUR' })) {
    if (item.kind === 'problem') problems += 1;
    else products += 1;
    if (products % 2_500 === 0) peak = Math.max(peak, heapHeld());
  }
  expect({ products, problems }).toEqual({ products: 24_900, problems: 100 });
  // Of 7 MB of text, the handles of 25,000 products stay.
  expect(peak - before).toBeLessThan(12 * 1024 * 1024);
}, 60_000);
