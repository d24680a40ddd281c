import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiledFiles } from './files.ts';
import { compiledDrift, writeCompiled } from './write.ts';

let parent = '';
let folder = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'compiled-'));
  folder = join(parent, 'compiled');
});
afterEach(() => rmSync(parent, { recursive: true }));

describe('what is compiled', () => {
  it('is the same twice, and what is committed', () => {
    expect(compiledFiles()).toEqual(compiledFiles());
    expect(compiledDrift()).toEqual([]);
  });

  it('is written whole, and what is no longer made goes', () => {
    expect(compiledDrift(folder).map(({ kind }) => kind)).toEqual(
      compiledFiles().map(() => 'missing'),
    );
    writeCompiled(folder);
    expect(compiledDrift(folder)).toEqual([]);
    writeFileSync(join(folder, 'old.json'), '{}');
    writeFileSync(join(folder, 'token-buckets.json'), '{}');
    expect(writeCompiled(folder)).toEqual([
      { path: 'token-buckets.json', kind: 'changed' },
      { path: 'old.json', kind: 'left over' },
    ]);
    expect(readdirSync(folder).sort()).toEqual(
      compiledFiles()
        .map(({ path }) => path)
        .sort(),
    );
    expect(readFileSync(join(folder, 'token-buckets.json'), 'utf8')).toContain('"documents"');
    expect(readdirSync(parent)).toEqual(['compiled']);
  });
});
