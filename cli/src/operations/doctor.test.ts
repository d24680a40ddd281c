import { describe, expect, it } from 'vitest';
import { examine, type Finding, type Machine } from './doctor.ts';

const input = {
  dataDir: '/shop/data',
  host: '127.0.0.1',
  port: 8080,
  url: 'http://127.0.0.1:8080',
  configDir: '/home/me/.config/mkt',
};

/** A machine on which all is well, but for what a test changes. */
function machine(changes: Partial<Machine> = {}): Machine {
  return {
    node: 'v24.21.0',
    platform: 'linux-x64',
    freeMemoryBytes: 8 * 1024 ** 3,
    repositoryDir: '/clone',
    env: {},
    exists: async () => true,
    programAt: async (name) => `/usr/bin/${name}`,
    versionOf: async () => 'Redis server v=7.0.15',
    freeBytesAt: async () => 50 * 1024 ** 3,
    unwritable: async () => undefined,
    portState: async () => 'free',
    talk: async () => ({ error: 'ECONNREFUSED' }),
    statusOf: async () => 200,
    modeOf: async () => 0o100600,
    ...changes,
  };
}

async function finding(name: string, changes: Partial<Machine>): Promise<Finding | undefined> {
  const findings = await examine(machine(changes), input);
  return findings.find((one) => one.name === name);
}

it('finds nothing wrong where nothing is', async () => {
  const findings = await examine(machine(), input);
  expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
});

it.each<[string, string, Partial<Machine>, RegExp]>([
  ['node', 'wrong', { node: 'v20.11.0' }, /npm start/],
  ['packages', 'wrong', { exists: async (path) => !path.includes('node_modules') }, /npm start/],
  ['memory', 'note', { freeMemoryBytes: 1024 ** 2 }, /0\.3 GiB/],
  [
    'postgresql',
    'wrong',
    { exists: async (path) => !path.includes('embedded'), programAt: async () => undefined },
    /apt-get install postgresql/,
  ],
  ['redis', 'note', { programAt: async () => undefined }, /apt-get install redis-server/],
  ['data folder', 'wrong', { unwritable: async () => '/shop is not a folder' }, /mkt dev --data/],
  ['disk', 'wrong', { freeBytesAt: async () => 1024 }, /Free some space/],
  [
    'port',
    'wrong',
    { portState: async () => 'taken', statusOf: async () => undefined },
    /mkt dev --port 8081/,
  ],
  ['port', 'wrong', { portState: async () => 'refused' }, /above 1023/],
  ['marketplace', 'note', { statusOf: async () => undefined }, /mkt dev/],
  ['marketplace', 'wrong', { statusOf: async () => 503 }, /Wait a moment/],
  ['credentials', 'wrong', { modeOf: async () => 0o100644 }, /chmod 600/],
])('%s: %s, with what to do', async (name, state, changes, fix) => {
  expect(await finding(name, changes)).toMatchObject({ state, fix: expect.stringMatching(fix) });
});

it('takes a port that a marketplace listens on for right', async () => {
  expect(await finding('port', { portState: async () => 'taken' })).toMatchObject({ state: 'ok' });
});

describe('a store that is named', () => {
  const answering = (answer: string) => ({ talk: async () => ({ answer }) });

  it.each([
    ['postgresql', 'DATABASE_URL', 'postgresql://u:secret@db.test/shop', 'N'],
    ['redis', 'REDIS_URL', 'redis://cache.test:6380', '+PONG\r\n'],
    ['redis', 'REDIS_URL', 'rediss://:secret@cache.test', '-NOAUTH Authentication required.'],
    ['mongodb', 'MONGODB_URL', 'mongodb://u:secret@a.test:27018,b.test/shop', ''],
  ])('%s by %s is right where its server answers', async (name, setting, url, answer) => {
    const found = await finding(name, { env: { [setting]: url }, ...answering(answer) });
    expect(found).toMatchObject({ state: 'ok', found: expect.stringMatching(/test:\d+$/) });
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  it.each([
    ['postgresql', 'DATABASE_URL', 'mysql://db.test/shop'],
    ['postgresql', 'DATABASE_URL', 'db.test:5432'],
    ['redis', 'REDIS_URL', 'http://cache.test'],
    ['mongodb', 'MONGODB_URL', 'mongodb:shop'],
  ])('%s is wrong where %s is not such an address: %s', async (name, setting, url) => {
    const found = await finding(name, { env: { [setting]: url }, ...answering('N') });
    expect(found).toMatchObject({ state: 'wrong', fix: expect.stringContaining(`${setting}=`) });
  });

  it('is wrong where nothing answers, or something else does', async () => {
    const env = { DATABASE_URL: 'postgresql://u:secret@db.test/shop' };
    const silent = await finding('postgresql', { env });
    expect(silent).toMatchObject({ state: 'wrong', found: expect.stringContaining('REFUSED') });
    const other = await finding('postgresql', { env, ...answering('HTTP/1.1 400') });
    expect(other).toMatchObject({ state: 'wrong', found: expect.stringContaining('else') });
    expect(JSON.stringify([silent, other])).not.toContain('secret');
  });
});
