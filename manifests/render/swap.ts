import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree } from './files.ts';

/**
 * Puts a tree in the place of a folder, or leaves the folder as it was: everything is written
 * beside it first, and two renames do the rest.
 */
export function swapIn(folder: string, tree: Tree): void {
  mkdirSync(dirname(folder), { recursive: true });
  const workDir = mkdtempSync(`${folder}.making-`);
  const [fresh, old] = [join(workDir, 'new'), join(workDir, 'old')];
  try {
    for (const [path, text] of tree) {
      mkdirSync(dirname(join(fresh, path)), { recursive: true });
      writeFileSync(join(fresh, path), text);
    }
    const hadOld = moved(folder, old);
    try {
      renameSync(fresh, folder);
    } catch (error) {
      if (hadOld) renameSync(old, folder);
      throw error;
    }
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
