import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changesBetween, readTree } from './diff.ts';
import { swapIn } from './swap.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mkt-swap-'));
});
afterEach(() => {
  chmodSync(dir, 0o755);
  rmSync(dir, { recursive: true, force: true });
});

describe('a rendered tree', () => {
  test('takes the place of the old one whole, and leaves nothing else behind', () => {
    const folder = join(dir, 'rendered');
    swapIn(
      folder,
      new Map([
        ['production/sales/order.yaml', 'old\n'],
        ['gone.yaml', 'x\n'],
      ]),
    );
    const fresh = new Map([['production/sales/order.yaml', 'new\n']]);
    swapIn(folder, fresh);
    expect(readTree(folder)).toEqual(fresh);
    expect(readdirSync(dir)).toEqual(['rendered']);
  });

  test('leaves the old one untouched when it cannot be written', () => {
    const folder = join(dir, 'rendered');
    const old = new Map([['a.yaml', 'old\n']]);
    swapIn(folder, old);
    // A path that is a file and a folder at once fails on every machine, as root too.
    const impossible = new Map([
      ['a.yaml', 'new\n'],
      ['a.yaml/b.yaml', 'new\n'],
    ]);
    expect(() => swapIn(folder, impossible)).toThrow();
    expect(readTree(folder)).toEqual(old);
    expect(readdirSync(dir)).toEqual(['rendered']);
  });

  test('is compared file by file, with the lines that come and go', () => {
    mkdirSync(join(dir, 'a'));
    writeFileSync(join(dir, 'a', 'same.yaml'), 'x\n');
    const before = new Map([...readTree(dir), ['old.yaml', '1\n'], ['both.yaml', '1\n2\n2\n']]);
    const after = new Map([
      ['a/same.yaml', 'x\n'],
      ['both.yaml', '2\n3\n'],
      ['new.yaml', '1\n2\n'],
    ]);
    expect(changesBetween(before, after)).toEqual([
      { path: 'both.yaml', change: 'changed', linesAdded: 1, linesRemoved: 2 },
      { path: 'new.yaml', change: 'added', linesAdded: 2, linesRemoved: 0 },
      { path: 'old.yaml', change: 'removed', linesAdded: 0, linesRemoved: 1 },
    ]);
  });
});
