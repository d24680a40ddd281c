import { describe, expect, it } from 'vitest';
import { lockfileFaults, rangesIn } from './package-rules.ts';

const workspace = (dependencies: Record<string, string>) => ({
  folder: 'packages/a',
  manifest: { name: '@mkt/a', dependencies },
});

describe('versions in package.json', () => {
  it.each(['^1.2.3', '~1.2.3', '1.x', '*', 'latest', 'file:../b', ''])(
    '%j is refused',
    (version) => {
      expect(rangesIn(workspace({ b: version }))).toHaveLength(1);
    },
  );

  it.each(['1.2.3', '18.4.0-beta.17', 'npm:typescript@7.0.2', 'npm:@a/b@1.0.0'])(
    '%j is accepted',
    (version) => {
      expect(rangesIn(workspace({ b: version }))).toEqual([]);
    },
  );
});

describe('the lockfile', () => {
  const asked = [workspace({ b: '1.0.0' })];
  const good = {
    packages: {
      'packages/a': { dependencies: { b: '1.0.0' } },
      'node_modules/@mkt/a': { link: true, resolved: 'packages/a' },
      'node_modules/b': { version: '1.0.0' },
    },
  };

  it('is accepted when it agrees with every package.json', () => {
    expect(lockfileFaults(good, asked)).toEqual([]);
  });

  it('is refused when a package.json asks for another version', () => {
    expect(lockfileFaults(good, [workspace({ b: '1.0.1' })])).toEqual([
      'the lockfile does not have the dependencies of packages/a/package.json',
    ]);
  });

  it('is refused when it holds a download address', () => {
    const resolved = 'https://registry.example/b-1.0.0.tgz';
    const packages = { ...good.packages, 'node_modules/b': { version: '1.0.0', resolved } };
    expect(lockfileFaults({ packages }, asked)).toEqual([
      'the lockfile holds a download address for node_modules/b',
    ]);
  });

  it("is refused when another platform's package is missing", () => {
    const optionalDependencies = { 'b-darwin-arm64': '1.0.0' };
    const packages = {
      ...good.packages,
      'node_modules/b': { version: '1.0.0', optionalDependencies },
    };
    expect(lockfileFaults({ packages }, asked)).toEqual([
      'the lockfile lacks node_modules/b-darwin-arm64',
    ]);
  });
});
