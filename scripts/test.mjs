// `npm test`: makes the checkout and the machine ready and becomes `vitest run`. Arguments go to
// vitest (`npm test -- packages/kernel`); `--full` adds the long, opt-in suites.
import { handOver } from './bootstrap/hand-over.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { orExplain } from './bootstrap/problem.mjs';
import { fromRoot } from './bootstrap/root.mjs';
import { ensureSystemPackages } from './bootstrap/system-packages.mjs';

await orExplain(async () => {
  const args = process.argv.slice(2);
  const full = args.includes('--full');
  const node = await prepare();
  ensureSystemPackages();
  const vitest = fromRoot('node_modules', 'vitest', 'vitest.mjs');
  await handOver(node, [vitest, 'run', ...args.filter((arg) => arg !== '--full')], {
    node,
    env: full ? { MKT_TEST_FULL: '1' } : {},
  });
});
