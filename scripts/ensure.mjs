// Makes the checkout ready to run: packages, Node 24, generated files. Runs on Node 18 and newer
// without any package installed, does nothing when there is nothing to do.
import { prepare } from './bootstrap/prepare.mjs';
import { orExplain } from './bootstrap/problem.mjs';

await orExplain(async () => {
  await prepare();
});
