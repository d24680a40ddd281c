// `node scripts/run.mjs PROGRAM [ARGUMENT...]`: makes the checkout ready and becomes PROGRAM,
// TypeScript or JavaScript, on the project's Node.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { handOver } from './bootstrap/hand-over.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { orExplain, Problem } from './bootstrap/problem.mjs';
import { ROOT } from './bootstrap/root.mjs';

await orExplain(async () => {
  const [program, ...args] = process.argv.slice(2);
  if (program === undefined) {
    throw new Problem('No program was named.', 'node scripts/run.mjs PROGRAM [ARGUMENT...]');
  }
  const node = await prepare();
  if (!existsSync(resolve(ROOT, program))) {
    throw new Problem(`${program} is not there.`, 'Name a program by its path from the root.');
  }
  await handOver(node, [resolve(ROOT, program), ...args], { node });
});
