import { products } from '../../services/search/bench/catalogue.ts';
import { queries } from '../../services/search/bench/queries.ts';
import { SearchIndex } from '../../services/search/src/domain/index.ts';
import { answerParent } from './measured.ts';

/** An index of a made-up catalogue, and the times of what shoppers ask of it. */
const { productCount } = JSON.parse(process.argv[2] ?? '{}') as { productCount: number };
const index = new SearchIndex();
for (const product of products(productCount)) index.upsert(product);

process.on('message', (message: unknown) => {
  if (!Array.isArray(message)) return;
  const [queryCount, seed] = message as [number, number];
  const times = new Float64Array(queryCount);
  let at = 0;
  for (const [, query] of queries(queryCount, seed)) {
    const startedAt = performance.now();
    index.search(query);
    times[at] = performance.now() - startedAt;
    at += 1;
  }
  process.send?.({ times: [...times] });
});
answerParent({ url: '', stop: async () => {} });
