// `node scripts/run.mjs scripts/ci/set-image.ts ENVIRONMENT DIGEST`: writes into the topology which
// image an environment runs. The image workflow proposes the change by pull request.
import { readFileSync, writeFileSync } from 'node:fs';
import { orExplain } from '../bootstrap/problem.mjs';
import { fromRoot } from '../bootstrap/root.mjs';
import { withDigest } from './image-digest.ts';

await orExplain(async () => {
  const [environment = '', digest = ''] = process.argv.slice(2);
  const path = fromRoot('packages/topology/src/images.ts');
  writeFileSync(path, withDigest(readFileSync(path, 'utf8'), environment, digest));
});
