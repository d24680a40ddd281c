import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManifestFile } from './kubernetes/read.ts';

/** The rendered manifests of an environment, by path from the root; none where there are none. */
export function renderedManifests(root: string, environment: string): ManifestFile[] {
  return filesOf(root, `argocd/rendered/${environment}/**/*.{yaml,yml}`);
}

export function workflowFiles(root: string): ManifestFile[] {
  return filesOf(root, '.github/workflows/*.{yaml,yml}');
}

function filesOf(root: string, pattern: string): ManifestFile[] {
  if (!existsSync(root)) return [];
  return globSync(pattern, { cwd: root })
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
