import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { compiledFiles } from './files.ts';

const compiledDir = join(import.meta.dirname, '..', 'compiled');

/** A compiled file that is not what its sources make. */
export interface Drift {
  readonly path: string;
  readonly kind: 'missing' | 'changed' | 'left over';
}

/** How `policies/compiled/` differs from what its sources make today. */
export function compiledDrift(folder: string = compiledDir): readonly Drift[] {
  const wanted = compiledFiles();
  const left = existsSync(folder)
    ? readdirSync(folder).filter((name) => !wanted.some(({ path }) => path === name))
    : [];
  return [
    ...wanted.flatMap(({ path, content }): Drift[] => {
      const file = join(folder, path);
      if (!existsSync(file)) return [{ path, kind: 'missing' }];
      return readFileSync(file, 'utf8') === content ? [] : [{ path, kind: 'changed' }];
    }),
    ...left.map((path): Drift => ({ path, kind: 'left over' })),
  ];
}

/** Writes all of it, or nothing: made beside the folder, then put in its place. */
export function writeCompiled(folder: string = compiledDir): readonly Drift[] {
  const drift = compiledDrift(folder);
  if (drift.length === 0) return [];
  mkdirSync(dirname(folder), { recursive: true });
  const fresh = mkdtempSync(`${folder}.new-`);
  const old = `${fresh}.old`;
  try {
    for (const { path, content } of compiledFiles()) writeFileSync(join(fresh, path), content);
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
  return drift;
}
