// `npm run check:generated`: rendered manifests are what the topology and the charts make today.
import { join } from 'node:path';
import { ManifestError, render } from '../index.ts';

try {
  const { changes } = render(join(import.meta.dirname, '..', '..'));
  for (const { path, change } of changes) console.log(`${change} argocd/rendered/${path}`);
} catch (error) {
  if (!(error instanceof ManifestError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
