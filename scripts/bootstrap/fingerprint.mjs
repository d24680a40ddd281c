import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files at or below the paths, relative to `root`, sorted. What does not exist is left out.
 * @param {string} root
 * @param {readonly string[]} paths
 * @returns {string[]}
 */
export function filesBelow(root, paths) {
  return paths
    .filter((path) => existsSync(join(root, path)))
    .flatMap((path) =>
      statSync(join(root, path)).isDirectory()
        ? filesBelow(
            root,
            readdirSync(join(root, path)).map((name) => `${path}/${name}`),
          )
        : [path],
    )
    .sort();
}

/**
 * A hash per file at or below the paths.
 * @param {string} root
 * @param {readonly string[]} paths
 * @returns {Map<string, string>}
 */
export function hashes(root, paths) {
  return new Map(
    filesBelow(root, paths).map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest('hex'),
    ]),
  );
}

/**
 * One hash over names and contents of all files at or below the paths.
 * @param {string} root
 * @param {readonly string[]} paths
 */
export const fingerprint = (root, paths) =>
  createHash('sha256')
    .update(JSON.stringify([...hashes(root, paths)]))
    .digest('hex');
