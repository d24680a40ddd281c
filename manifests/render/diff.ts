import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Tree } from './files.ts';

export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
  readonly linesAdded: number;
  readonly linesRemoved: number;
}

/** The tree as it stands in a folder; an absent folder is an empty tree. */
export function readTree(folder: string): Tree {
  if (!existsSync(folder)) return new Map();
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

export function changesBetween(before: Tree, after: Tree): readonly FileChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => changeOf(path, before.get(path), after.get(path)));
}

function changeOf(path: string, old: string | undefined, fresh: string | undefined): FileChange {
  const [oldLines, newLines] = [countLines(old), countLines(fresh)];
  let [linesAdded, linesRemoved] = [0, 0];
  for (const line of new Set([...oldLines.keys(), ...newLines.keys()])) {
    const difference = (newLines.get(line) ?? 0) - (oldLines.get(line) ?? 0);
    if (difference > 0) linesAdded += difference;
    else linesRemoved -= difference;
  }
  const change = old === undefined ? 'added' : fresh === undefined ? 'removed' : 'changed';
  return { path, change, linesAdded, linesRemoved };
}

function countLines(text: string | undefined): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of text?.split('\n').slice(0, -1) ?? []) {
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}
