import { describe, expect, it } from 'vitest';
import { checkPlatform } from './platform.mjs';
import { type Host, plan } from './system-packages.mjs';

const chromium = { command: 'chromium', debian: 'chromium', neededBy: 'tests/e2e' };
const redis = {
  command: 'redis-server',
  debian: 'redis-server',
  homebrew: 'redis',
  neededBy: 'the bus',
};
const debianRoot: Host = { has: () => false, isRoot: true, hasApt: true, hasHomebrew: false };

describe('the programs that tests need', () => {
  it('are installed by root on Debian, and only those that are missing', () => {
    const host = { ...debianRoot, has: (command: string) => command === 'chromium' };
    expect(plan([chromium, redis], host)).toEqual({ install: ['redis-server'] });
  });

  it('need nothing when they are all there', () => {
    expect(plan([chromium, redis], { ...debianRoot, isRoot: false, has: () => true })).toEqual({
      install: [],
    });
  });

  it('are named, with the command that installs them, to somebody who is not root', () => {
    expect(plan([chromium, redis], { ...debianRoot, isRoot: false })).toEqual({
      tell: 'The tests need programs that this machine lacks: chromium (for tests/e2e), redis-server (for the bus).',
      next: 'sudo apt-get install --no-install-recommends chromium redis-server',
    });
  });

  it('are not needed where a server of one’s own is named instead', () => {
    const mvn = { command: 'mvn', debian: 'maven', neededBy: 'mongo', unlessSet: 'MONGODB_URL' };
    const named = { ...debianRoot, env: { MONGODB_URL: 'mongodb://127.0.0.1' } };
    expect(plan([mvn], named)).toEqual({ install: [] });
    expect(plan([mvn], { ...debianRoot, env: { MONGODB_URL: '' } })).toEqual({
      install: ['maven'],
    });
  });

  it("go by Homebrew's names where that is what there is", () => {
    const mac = { has: () => false, isRoot: false, hasApt: false, hasHomebrew: true };
    expect(plan([redis], mac)).toMatchObject({ next: 'brew install redis' });
  });
});

describe('the machines that are supported', () => {
  it.each(['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'])('%s is', (machine) => {
    const [platform = '', arch = ''] = machine.split('-');
    expect(() => checkPlatform({ platform, arch })).not.toThrow();
  });

  it('Windows is not, and says what to use instead', () => {
    expect(() => checkPlatform({ platform: 'win32', arch: 'x64' })).toThrow(
      expect.objectContaining({ next: expect.stringContaining('WSL') }),
    );
  });

  it('a processor without prebuilt programs is not', () => {
    expect(() => checkPlatform({ platform: 'linux', arch: 'ia32' })).toThrow('linux on ia32');
  });
});
