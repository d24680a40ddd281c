// The limits catalogue can be read, and its sources were read not too long ago. An entry past its
// shelf life is a warning, and with `--strict` a failure.
import { styleText } from 'node:util';

const { catalogue, staleLimits } = await loaded();
const today = new Date().toISOString().slice(0, 10);
const stale = staleLimits(today);
const isStrict = process.argv.includes('--strict');
const ids = stale.map(({ limit }) => limit.id).join(', ');
if (stale.length > 0) {
  console.log(
    `warning: ${stale.length} of ${catalogue.length} limits are to be read again at their source ` +
      `(mkt limits stale)${isStrict ? `: ${ids}` : ''}`,
  );
}
if (isStrict && stale.length > 0) process.exitCode = 1;

async function loaded() {
  try {
    return await import('@mkt/policies/limits');
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CatalogueError') throw error;
    const { faults } = error as import('@mkt/policies/limits').CatalogueError;
    for (const { file, line, reason, remedy } of faults) {
      console.log(`${styleText('red', `${file}:${line}`)}: ${reason}\n  ${remedy}`);
    }
    process.exit(1);
  }
}
