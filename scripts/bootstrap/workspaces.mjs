import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {string[]} [workspaces]
 * @property {{ generate?: { inputs: string[], outputs: string[] }, committed?: string[] }} [mkt]
 *
 * @typedef {{ folder: string, manifest: Manifest }} Workspace
 */

/**
 * The root and every workspace, with what its package.json says.
 * @param {string} [root]
 * @returns {Workspace[]}
 */
export function workspaces(root = ROOT) {
  const top = manifestIn(root);
  const folders = (top.workspaces ?? []).flatMap((pattern) => matching(root, pattern));
  return [
    { folder: '.', manifest: top },
    ...folders.map((folder) => ({ folder, manifest: manifestIn(join(root, folder)) })),
  ];
}

/**
 * Folders with a package.json: `name` itself, or every folder in `parent` for `parent/*`.
 * @param {string} root
 * @param {string} pattern
 */
function matching(root, pattern) {
  const parent = pattern.endsWith('/*') ? pattern.slice(0, -2) : undefined;
  const folders =
    parent === undefined
      ? [pattern]
      : existsSync(join(root, parent))
        ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`)
        : [];
  return folders.filter((folder) => existsSync(join(root, folder, 'package.json'))).sort();
}

/**
 * @param {string} folder
 * @returns {Manifest}
 */
const manifestIn = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
