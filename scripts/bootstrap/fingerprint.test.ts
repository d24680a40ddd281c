import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changes } from '../check/changes.ts';
import { fingerprint, hashes } from './fingerprint.mjs';

let root = '';
const write = (path: string, text: string): void => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fingerprint-'));
  write('a/schema.prisma', 'model');
  write('a/more/x.sql', 'select');
  write('b.json', '{}');
});

afterEach(() => rmSync(root, { recursive: true }));

describe('the fingerprint of inputs', () => {
  it('stays the same while no file changes, whatever the order they are named in', () => {
    expect(fingerprint(root, ['a', 'b.json'])).toBe(fingerprint(root, ['a', 'b.json']));
  });

  it('changes with the content of a file deep in a folder', () => {
    const before = fingerprint(root, ['a']);
    write('a/more/x.sql', 'select 2');
    expect(fingerprint(root, ['a'])).not.toBe(before);
  });

  it('changes when a file appears', () => {
    const before = fingerprint(root, ['a']);
    write('a/more/y.sql', '');
    expect(fingerprint(root, ['a'])).not.toBe(before);
  });
});

describe('what changed between two readings', () => {
  it('names changed, new and deleted files, and none that is the same', () => {
    const before = hashes(root, ['a', 'b.json']);
    write('a/more/x.sql', 'other');
    write('a/new.sql', '');
    rmSync(join(root, 'b.json'));
    expect(changes(before, hashes(root, ['a', 'b.json']))).toEqual([
      'a/more/x.sql',
      'a/new.sql',
      'b.json',
    ]);
  });
});
