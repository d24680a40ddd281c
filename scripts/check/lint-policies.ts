// `mkt lint` without the command line: nothing polls a metered store, no clause is broken, and what
// is rendered names its image, its requests and its architecture.
import { costText, lint, lintedFiles } from '@mkt/policies/lint';
import { ROOT } from '../bootstrap/root.mjs';

const day = new Date().toISOString().slice(0, 10);
const findings = lint(lintedFiles(ROOT), { day });
for (const { file, line, what, rule, cost, clause, remedy } of findings) {
  console.log(`${file}:${line}  ${what}  [${rule}]`);
  if (cost) console.log(`  costs: ${costText(cost)}`);
  if (clause) console.log(`  clause: ${clause.id}: ${clause.text}`);
  console.log(`  ${remedy}`);
}
if (findings.length > 0) process.exitCode = 1;
