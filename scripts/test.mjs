// `npm test`: makes the checkout and the machine ready and becomes `vitest run`. Arguments go to
// vitest (`npm test -- packages/kernel`); `--full` adds the long, opt-in suites, `--image` the one
// that builds the image and needs root.
import { handOver } from './bootstrap/hand-over.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { orExplain } from './bootstrap/problem.mjs';
import { fromRoot } from './bootstrap/root.mjs';
import { ensureSystemPackages } from './bootstrap/system-packages.mjs';

await orExplain(async () => {
  const args = process.argv.slice(2);
  /** @type {Readonly<Record<string, string>>} */
  const suites = { '--full': 'MKT_TEST_FULL', '--image': 'MKT_TEST_IMAGE' };
  const asked = Object.entries(suites).filter(([flag]) => args.includes(flag));
  const node = await prepare();
  ensureSystemPackages();
  const vitest = fromRoot('node_modules', 'vitest', 'vitest.mjs');
  await handOver(node, [vitest, 'run', ...args.filter((arg) => !(arg in suites))], {
    node,
    env: Object.fromEntries(asked.map(([, name]) => [name, '1'])),
  });
});
