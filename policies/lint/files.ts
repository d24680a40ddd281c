import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintRules } from './lint.ts';
import type { LintFile, LintRule } from './model.ts';

const patterns = [
  '{packages,services}/*/{src,scripts}/**/*.ts',
  '{marketplace,cli,manifests,stacks,scripts}/**/*.{ts,mjs,js,yaml,yml,json,sh}',
  'argocd/**/*.{yaml,yml}',
  '.github/**/*.{yaml,yml}',
  '{Dockerfile,compose.yaml,package.json,vercel.json}',
  '*/vercel.json',
];
const skipped = new Set(['node_modules', 'dist', '.mkt', '.cache', 'coverage', 'generated']);

/** The repository's files that a rule looks at. */
export function lintedFiles(
  root: string,
  rules: readonly LintRule[] = lintRules,
): readonly LintFile[] {
  const exclude = (path: string): boolean => skipped.has(path.split('/').at(-1) ?? path);
  return [...new Set(globSync(patterns, { cwd: root, exclude }))]
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => rules.some((rule) => rule.appliesTo(path)))
    .filter((path) => existsSync(join(root, path)))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
