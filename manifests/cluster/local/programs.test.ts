import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildArgs, cacheName, moduleNames, type Pins, programs, versionOf } from './programs.ts';

const pinsOf = (module: string): Pins => {
  const text = (name: string) =>
    readFileSync(join(import.meta.dirname, '../programs', module, name), 'utf8');
  return { mod: text('go.mod'), sum: text('go.sum') };
};

describe('the programs of a local cluster', () => {
  test.each(moduleNames)('%s is pinned, and so is each program of it as a tool', (module) => {
    const pins = pinsOf(module);
    expect(versionOf(module, pins)).toMatch(/^v\d+\.\d+\.\d+$/);
    for (const { path } of Object.values(programs).filter((one) => one.module === module)) {
      expect(pins.mod).toMatch(new RegExp(`^(tool |\\t)${path}$`, 'm'));
    }
  });

  test('are told the version that they are of', () => {
    const args = buildArgs('kube-apiserver', pinsOf('kubernetes'), '/cache/kube-apiserver');
    expect(args.find((arg) => arg.startsWith('-ldflags='))).toMatch(
      /version\.gitVersion=v1\.\d+\.\d+$/,
    );
    expect(args.slice(-3)).toEqual([
      '-o',
      '/cache/kube-apiserver',
      'k8s.io/kubernetes/cmd/kube-apiserver',
    ]);
  });

  test('are made anew for another pin or another compiler, and for nothing else', () => {
    const pins = pinsOf('kwok');
    const name = cacheName('kwok', pins, 'go1.26');
    expect(cacheName('kwok', pins, 'go1.26')).toBe(name);
    expect(cacheName('kwok', { ...pins, sum: `${pins.sum}\n` }, 'go1.26')).not.toBe(name);
    expect(cacheName('kwok', pins, 'go1.27')).not.toBe(name);
    expect(name).toMatch(/^kwok-v[\d.]+-[0-9a-f]{12}$/);
  });
});
