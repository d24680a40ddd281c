// `node scripts/run.mjs PROGRAM [ARGUMENT...]`: makes the checkout ready and becomes PROGRAM,
// TypeScript or JavaScript, on the project's Node.
import { handOver } from './bootstrap/hand-over.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { orExplain, Problem } from './bootstrap/problem.mjs';
import { fromRoot } from './bootstrap/root.mjs';

await orExplain(async () => {
  const [program, ...args] = process.argv.slice(2);
  if (program === undefined) {
    throw new Problem('No program was named.', 'node scripts/run.mjs PROGRAM [ARGUMENT...]');
  }
  const node = await prepare();
  await handOver(node, [fromRoot(program), ...args], { node });
});
