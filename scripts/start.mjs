// `npm start`: makes the checkout ready and becomes `./mkt dev`. `npm start -- --port 9000` passes
// options on.
import { handOver } from './bootstrap/hand-over.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { orExplain } from './bootstrap/problem.mjs';
import { fromRoot } from './bootstrap/root.mjs';

await orExplain(async () => {
  const node = await prepare();
  await handOver(fromRoot('mkt'), ['dev', ...process.argv.slice(2)], { node });
});
