import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type InstalledCli, installCli } from './installed-cli.ts';

/** As much of GitHub and of its registry as the command asks for. */
interface FakeRegistry {
  readonly url: string;
  readonly asked: string[];
  versions: { id: number; name: string; tags: string[]; day: number }[];
  lists: Record<string, readonly string[]>;
  refuse: Record<string, number>;
  ownerType: string;
}

const token = 'ghs_secret';
const digest = (name: string): string =>
  `sha256:${createHash('sha256').update(name).digest('hex')}`;
let cli: InstalledCli;
let server: Server;
let fake: FakeRegistry;

const rows = () =>
  fake.versions.map(({ id, name, tags, day }) => ({
    id,
    name: digest(name),
    created_at: new Date(Date.UTC(2026, 0, day)).toISOString(),
    metadata: { package_type: 'container', container: { tags } },
  }));

function answer(method: string, url: URL, authorization: string): [number, unknown] {
  const path = url.pathname;
  const refused = fake.refuse[`${method} ${path}`];
  if (refused) return [refused, { message: 'Said by GitHub' }];
  if (path === '/token') {
    const isBasic = authorization === `Basic ${Buffer.from(`mkt:${token}`).toString('base64')}`;
    return isBasic ? [200, { token: 'pull-token' }] : [401, {}];
  }
  const manifest = /^\/v2\/[\w/-]+\/manifests\/(.*)$/.exec(path)?.[1];
  if (manifest) {
    if (authorization !== 'Bearer pull-token') return [401, {}];
    const name = fake.versions.find((version) => digest(version.name) === manifest)?.name ?? '';
    const parts = fake.lists[name];
    return [200, parts ? { manifests: parts.map((part) => ({ digest: digest(part) })) } : {}];
  }
  if (authorization !== `Bearer ${token}`) return [401, { message: 'Bad credentials' }];
  if (path === '/users/mkt-marketplace') return [200, { type: fake.ownerType }];
  if (method === 'DELETE') return [204, undefined];
  const page = Number(url.searchParams.get('page'));
  const size = Number(url.searchParams.get('per_page'));
  return [200, rows().slice((page - 1) * size, page * size)];
}

beforeAll(async () => {
  cli = await installCli();
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://fake');
    const method = request.method ?? '';
    fake.asked.push(`${method} ${url.pathname}`);
    const [status, body] = answer(method, url, request.headers.authorization ?? '');
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  await cli?.remove();
});
beforeEach(() => {
  fake = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    versions: [
      { id: 1, name: 'old', tags: ['v1'], day: 1 },
      { id: 2, name: 'old-arm', tags: [], day: 1 },
      { id: 3, name: 'new-arm', tags: [], day: 2 },
      { id: 4, name: 'new', tags: ['v2'], day: 3 },
    ],
    lists: { old: ['old-arm'], new: ['new-arm'] },
    refuse: {},
    ownerType: 'Organization',
  };
});

const prune = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  cli.run(['images', 'prune', ...args], {
    env: { GITHUB_TOKEN: token, GITHUB_API_URL: fake.url, MKT_REGISTRY_URL: fake.url, ...env },
  });
const deleted = () => fake.asked.filter((line) => line.startsWith('DELETE'));
const versionsPath = '/orgs/mkt-marketplace/packages/container/service/versions';

describe('mkt images prune', () => {
  it('deletes a list before its parts, and says what it did', async () => {
    const { code, stdout, stderr } = await prune(['--keep', '1', '--yes']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(deleted()).toEqual([`DELETE ${versionsPath}/1`, `DELETE ${versionsPath}/2`]);
    expect(stdout).toMatch(/sha256:[0-9a-f]{64} +2026-01-01T00:00:00\.000Z +v1/);
    expect(stderr).toContain('2 to delete, 2 stay.\n2 deleted.');
  });

  it('with --dry-run only shows it', async () => {
    const { code, stdout } = await prune(['--keep', '1', '--dry-run', '--json']);
    expect(code).toBe(0);
    const { version, data } = JSON.parse(stdout);
    expect(version).toBe(1);
    expect(data.deleted.map(({ id }: { id: number }) => id)).toEqual([1, 2]);
    expect(data.kept).toMatchObject([
      { id: 3, why: 'part' },
      { id: 4, why: 'newest' },
    ]);
    expect(deleted()).toEqual([]);
  });

  it('asks first where nobody said --yes, and changes nothing without an answer', async () => {
    const { code, stderr } = await prune(['--keep', '1']);
    expect(code).toBe(2);
    expect(stderr).toContain('Use --yes.');
    expect(deleted()).toEqual([]);
  });

  it('reads every page, and the packages of a person', async () => {
    fake.ownerType = 'User';
    fake.versions = Array.from({ length: 230 }, (_, at) => ({
      ...{ id: at + 1, name: `image ${at}`, tags: [`v${at}`], day: at + 1 },
    }));
    fake.lists = {};
    const { code, stdout } = await prune([
      ...['--keep', '10', '--dry-run', '--json'],
      ...['--package', 'mkt-marketplace/tools/web'],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).data.deleted).toHaveLength(220);
    const path = '/users/mkt-marketplace/packages/container/tools%2Fweb/versions';
    expect(fake.asked.filter((line) => line === `GET ${path}`)).toHaveLength(3);
  });

  it('deletes nothing where a list that stays cannot be read', async () => {
    fake.refuse = { [`GET /v2/mkt-marketplace/service/manifests/${digest('new')}`]: 404 };
    const { code, stderr } = await prune(['--keep', '1', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: GET .* was answered with 404: Said by GitHub\n {2}next: /);
    expect(deleted()).toEqual([]);
  });

  it('says how far it came where a deletion is refused', async () => {
    fake.refuse = { [`DELETE ${versionsPath}/2`]: 400 };
    const { code, stderr } = await prune(['--keep', '1', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain('1 of 2 were deleted; run this again for the rest.');
    expect(stderr).toContain('Said by GitHub');
  });

  it.each([
    [403, 4, 'packages: write'],
    [429, 6, 'Wait'],
    [502, 7, 'later'],
  ])('ends an answer of %i with exit %i and what to do', async (status, exit, next) => {
    fake.refuse = { [`GET ${versionsPath}`]: status };
    const { code, stderr } = await prune(['--yes']);
    expect({ code, stderr }).toEqual({ code: exit, stderr: expect.stringContaining(next) });
  });

  it('needs a token, and never shows it', async () => {
    const without = await prune(['--yes'], { GITHUB_TOKEN: '' });
    expect(without).toMatchObject({ code: 4, stderr: expect.stringContaining('GITHUB_TOKEN') });
    const wrong = await prune(['--yes'], { GITHUB_TOKEN: 'ghp_other' });
    expect(wrong.code).toBe(4);
    expect(wrong.stdout + wrong.stderr).not.toContain('ghp_other');
  });

  it('says so where nothing answers', async () => {
    const nowhere = { GITHUB_API_URL: 'http://127.0.0.1:9' };
    await expect(prune(['--yes'], nowhere)).resolves.toMatchObject({ code: 7 });
  });

  it.each([
    [['--keep', '0']],
    [['--keep', 'all']],
    [['--package', '../x']],
    [['--package', 'a b']],
  ])('%j is written wrongly: 2', async (args) => {
    await expect(prune(args)).resolves.toMatchObject({ code: 2, stdout: '' });
    expect(fake.asked).toEqual([]);
  });
});
