import { describe, expect, it } from 'vitest';
import { absentOptionals, complete } from './complete-lockfile.mjs';
import { differences, isFor, type Lockfile } from './lockfile.mjs';

const linux = { platform: 'linux', arch: 'x64', libc: 'glibc' };
const one = { version: '1.0.0', integrity: 'sha512-a' };

/** A root that asks for `tool`, which has a native part per system; one system's part needs `shim`. */
const wanted: Lockfile = {
  packages: {
    '': { devDependencies: { tool: '1.0.0' } },
    'node_modules/tool': {
      ...one,
      optionalDependencies: { 'tool-linux': '1.0.0', 'tool-wasm': '1.0.0' },
    },
    'node_modules/tool-linux': { ...one, optional: true, os: ['linux'] },
    'node_modules/tool-wasm': {
      ...one,
      optional: true,
      cpu: ['wasm32'],
      dependencies: { shim: '1' },
    },
    'node_modules/shim': { ...one, optional: true },
  },
};
const complete64: Lockfile = {
  packages: { 'node_modules/tool': one, 'node_modules/tool-linux': one },
};

describe('whether node_modules is the tree of the lockfile', () => {
  it('is, when everything for this machine is there and nothing else', () => {
    expect(differences(wanted, complete64, linux)).toEqual([]);
  });

  it('is not, when a package for this machine was left out', () => {
    const installed = { packages: { 'node_modules/tool': one } };
    expect(differences(wanted, installed, linux)).toEqual(['node_modules/tool-linux']);
  });

  it('does not expect what only a package of another machine needs', () => {
    const installed = { packages: { 'node_modules/tool': one } };
    expect(differences(wanted, installed, { ...linux, platform: 'darwin' })).toEqual([]);
  });

  it('is not, when a version or a hash differs', () => {
    const other = { 'node_modules/tool-linux': { ...one, integrity: 'sha512-b' } };
    expect(differences(wanted, { packages: { ...complete64.packages, ...other } }, linux)).toEqual([
      'node_modules/tool-linux',
    ]);
  });

  it('is not, when a package is there that the lockfile does not name', () => {
    const extra = { packages: { ...complete64.packages, 'node_modules/old': one } };
    expect(differences(wanted, extra, linux)).toEqual(['node_modules/old']);
  });

  it('follows a workspace to the packages that it alone asks for', () => {
    const lockfile: Lockfile = {
      packages: {
        '': {},
        'packages/a': { dependencies: { b: '1.0.0' } },
        'node_modules/@mkt/a': { link: true },
        'packages/a/node_modules/b': one,
      },
    };
    expect(differences(lockfile, { packages: {} }, linux)).toEqual(['packages/a/node_modules/b']);
  });
});

describe('whether a package is for a machine', () => {
  it.each([
    [{}, true],
    [{ os: 'linux', cpu: 'x64' }, true],
    [{ os: ['darwin', 'linux'] }, true],
    [{ os: ['!win32'] }, true],
    [{ os: ['!linux'] }, false],
    [{ cpu: ['arm64'] }, false],
    [{ libc: ['glibc'] }, true],
    [{ libc: ['musl'] }, false],
  ])('%j on Linux x64 with glibc: %s', (entry, expected) => {
    expect(isFor(entry, linux)).toBe(expected);
  });

  it('takes a package that names a C library for none where there is none to name', () => {
    expect(isFor({ libc: ['glibc'] }, { ...linux, libc: undefined })).toBe(false);
  });
});

describe('completing a lockfile', () => {
  const partial: Lockfile = {
    packages: {
      '': { devDependencies: { tool: '1.0.0' } },
      'node_modules/tool': {
        ...one,
        dev: true,
        optionalDependencies: {
          '@tool/cli-linux-arm64-musl': '1.0.0',
          '@tool/cli-win32-x64': '1.0.0',
        },
      },
    },
  };

  it('adds every optional package that the registry did not have, for its machine alone', () => {
    const { packages } = complete(partial);
    expect(packages['node_modules/@tool/cli-linux-arm64-musl']).toEqual({
      version: '1.0.0',
      cpu: ['arm64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    expect(packages['node_modules/@tool/cli-win32-x64']).toMatchObject({ os: ['win32'] });
  });

  it('leaves nothing absent and changes nothing when done again', () => {
    const once = complete(partial);
    expect(absentOptionals(once)).toEqual([]);
    expect(JSON.stringify(complete(once))).toBe(JSON.stringify(once));
  });

  it('stops at a package whose machine its name does not tell', () => {
    const lockfile = { packages: { '': { optionalDependencies: { extra: '1.0.0' } } } };
    expect(() => complete(lockfile)).toThrow('tells no machine');
  });

  it('stops at a package that is asked for by range', () => {
    const lockfile = { packages: { '': { optionalDependencies: { 'a-linux': '^1.0.0' } } } };
    expect(() => complete(lockfile)).toThrow('only an exact version');
  });
});
