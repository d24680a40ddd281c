import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type InstalledCli, installCli } from './installed-cli.ts';
import { refusal, startTinyMarketplace, type TinyMarketplace, tokens } from './tiny-marketplace.ts';

let cli: InstalledCli;
let market: TinyMarketplace;
const run = (args: readonly string[], input = '') =>
  cli.run([...args], { input, env: { MKT_URL: market.url } });

const vendor = {
  vendorId: '0190b6f0-0000-7000-8000-000000000001',
  name: 'Kiln & Co',
  slug: 'kiln',
  country: 'IE',
  story: null,
  status: 'approved',
  handlingDays: 2,
  approvedAt: '2026-01-02T03:04:05Z',
  version: 1,
};
const vendorPage = () => ({ body: { items: [vendor], nextCursor: null } });

beforeAll(async () => {
  [cli, market] = await Promise.all([installCli(), startTinyMarketplace()]);
  market.routes = { 'POST /v1/auth/login': () => ({ body: tokens }) };
  await run(['login', '--email', 'op@example.test', '--password-stdin'], 'a long password\n');
});
afterAll(async () => {
  await market.close();
  await cli.remove();
});
beforeEach(() => {
  market.asked.length = 0;
});

describe('a command that succeeds', () => {
  it('writes a table to standard output and nothing else, and exits 0', async () => {
    market.routes = { 'GET /v1/vendors': vendorPage };
    await expect(run(['vendor', 'list'])).resolves.toEqual({
      code: 0,
      stderr: '',
      stdout:
        'VENDOR  NAME       STATUS    COUNTRY  APPROVED\n' +
        'kiln    Kiln & Co  approved  IE       2026-01-02 03:04\n',
    });
  });

  it('with --json writes one document with its version', async () => {
    market.routes = { 'GET /v1/vendors': vendorPage };
    const { code, stdout } = await run(['vendor', 'list', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ version: 1, data: { items: [vendor], hasMore: false } });
  });

  it('says what it did on standard error, and with -q nothing', async () => {
    market.routes = {
      'GET /v1/vendors/kiln': () => ({ body: vendor }),
      [`POST /v1/vendors/${vendor.vendorId}/approve`]: () => ({ body: vendor }),
    };
    const loud = await run(['vendor', 'approve', 'kiln']);
    expect(loud).toEqual({ code: 0, stdout: '', stderr: 'Kiln & Co is approved.\n' });
    await expect(run(['vendor', 'approve', 'kiln', '-q'])).resolves.toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('sends the session and one key per change', async () => {
    market.routes = {
      'POST /v1/ledger/verify': () => ({ body: { ok: true, checked: {}, violations: [] } }),
    };
    await run(['ledger', 'verify']);
    await run(['ledger', 'verify']);
    expect(market.asked.map(({ headers }) => headers.authorization)).toEqual(
      Array(2).fill('Bearer access-1'),
    );
    const keys = market.asked.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(2);
  });
});

describe('the exit code', () => {
  it('is 1 where the marketplace refuses, with the reason and the next step', async () => {
    market.routes = {
      [`POST /v1/vendors/${vendor.vendorId}/approve`]: () =>
        refusal(409, 'CHECKLIST_INCOMPLETE', 'Still missing: terms.'),
    };
    const { code, stdout, stderr } = await run(['vendor', 'approve', vendor.vendorId]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'error: Still missing: terms.\n  next: See what is missing: mkt vendor checklist VENDOR\n',
    );
  });

  it('is 1 where the books do not add up', async () => {
    const violations = [{ code: 'NOT_ZERO', subject: 't1', detail: 'off by 1' }];
    market.routes = {
      'POST /v1/ledger/verify': () => ({
        body: { ok: false, checked: { accounts: 3 }, violations },
      }),
    };
    const { code, stdout } = await run(['ledger', 'verify']);
    expect(code).toBe(1);
    expect(stdout).toContain('NOT_ZERO');
    expect(stdout).toContain('The books are WRONG: 3 accounts checked.');
  });

  it.each([
    [['order', 'explode']],
    [['nonsense']],
    [['order', 'show']],
    [['order', 'list', '--colour', 'red']],
    [['order', 'list', '--status', 'lost']],
    [['clock', 'advance', 'soon']],
    [['stock', 'set', 'MUG']],
    [['order', 'cancel', '1001', '--reason', 'gone']],
    [['product', 'import', 'nowhere.csv']],
    [['order', 'list', '--url', 'ftp://a.test']],
  ])('is 2 for %j, with the next step', async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .+/);
    expect(market.asked).toEqual([]);
  });

  it('is 3 where a dry run finds changes, and nothing is written', async () => {
    const level = { variantId: vendor.vendorId, sku: 'MUG', title: 'Mug', stocked: 3 };
    market.routes = { 'GET /v1/stock': () => ({ body: { items: [level], nextCursor: null } }) };
    const { code, stdout } = await run(['stock', 'set', '--file', '-', '--dry-run'], 'MUG,12\n');
    expect(code).toBe(3);
    expect(stdout).toContain('MUG  Mug       3  12');
    expect(market.asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it('is 4 where nobody is logged in, and where the profile may not', async () => {
    await expect(run(['order', 'list', '--as', 'nobody'])).resolves.toMatchObject({
      code: 4,
      stderr: expect.stringContaining('mkt login --as nobody'),
    });
    market.routes = { 'GET /v1/orders': () => refusal(403, 'FORBIDDEN') };
    await expect(run(['order', 'list'])).resolves.toMatchObject({ code: 4 });
  });

  it.each([
    [5, refusal(402, 'BUDGET_REFUSED')],
    [6, refusal(402, 'QUOTA_EXHAUSTED')],
    [7, refusal(504, 'DEPENDENCY_TIMEOUT')],
  ])('is %d for its refusal', async (expected, reply) => {
    market.routes = { 'GET /v1/orders': () => reply };
    await expect(run(['order', 'list'])).resolves.toMatchObject({ code: expected });
  });

  it('is 7 where nothing answers', async () => {
    const gone = await startTinyMarketplace();
    await gone.close();
    await expect(run(['vendor', 'list', '--url', gone.url])).resolves.toMatchObject({
      code: 7,
      stderr: expect.stringContaining('./mkt dev'),
    });
  });

  it('is 70 for a defect of ours, which is kept in a report without what was typed', async () => {
    market.routes = { 'GET /v1/vendors': () => ({ body: { items: 'not a list' } }) };
    market.routes = { 'GET /v1/vendors/secret-name': () => ({ body: null }) };
    const { code, stderr } = await run(['vendor', 'show', 'secret-name']);
    expect(code).toBe(70);
    const [id = ''] = /(?<=report )[0-9a-f]{8}/.exec(stderr) ?? [];
    const report = await readFile(join(cli.configDir, 'reports', `${id}.txt`), 'utf8');
    expect(report).toMatch(/^mkt vendor show\nnode v24/);
    expect(report).toContain('TypeError');
    expect(report).not.toContain('secret-name');
  });
});

describe('an error with --json', () => {
  it.each([
    [['vendor', 'list', '--json', '--colour'], 2, 'USAGE'],
    [['vendor', 'lst', '--json'], 2, 'USAGE'],
    [['order', 'list', '--json', '--as', 'nobody'], 4, 'NOT_LOGGED_IN'],
    [['vendor', 'show', 'gone', '--json'], 1, 'NOT_FOUND'],
  ])('is a small document on standard output: %j', async (args, exit, code) => {
    market.routes = {};
    const ran = await run(args);
    expect(ran.code).toBe(exit);
    expect(ran.stderr).toBe('');
    const { version, error } = JSON.parse(ran.stdout) as {
      version: number;
      error: { code: string; exit: number; message: string };
    };
    expect({ version, code: error.code, exit: error.exit }).toEqual({ version: 1, code, exit });
    expect(ran.stdout.split('\n').length).toBeLessThan(15);
  });
});

describe('logging in', () => {
  it('keeps the session under its profile, in a file for its owner alone', async () => {
    market.routes = { 'POST /v1/auth/login': () => ({ body: tokens }) };
    const args = ['login', '--email', 'hana@kiln.test', '--password-stdin', '--as', 'kiln'];
    const { code, stdout } = await run([...args, '--json'], 'correct horse\n');
    expect(code).toBe(0);
    expect(JSON.parse(market.asked[0]?.body ?? '')).toEqual({
      email: 'hana@kiln.test',
      password: 'correct horse',
    });
    expect(stdout).not.toContain(tokens.accessToken);
    expect(stdout).not.toContain(tokens.refreshToken);
    const path = join(cli.configDir, 'credentials.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const kept = JSON.parse(await readFile(path, 'utf8'));
    expect(Object.keys(kept.servers[market.url])).toEqual(
      expect.arrayContaining(['default', 'kiln']),
    );
  });

  it('does not take a password as a flag, and asks nobody where nobody is', async () => {
    await expect(run(['login', '--email', 'a@b.test', '--password', 'x'])).resolves.toMatchObject({
      code: 2,
    });
    await expect(run(['login', '--email', 'a@b.test'])).resolves.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Use --password-stdin'),
    });
  });
});

describe('products', () => {
  const report = {
    products: { created: 1, updated: 0, unchanged: 0, skipped: 1 },
    rows: 2,
    problems: [
      {
        line: 3,
        column: 'Variant Price',
        value: 'x',
        code: 'PRICE_INVALID',
        problem: 'not a price',
        remedy: 'write 12.50',
      },
    ],
    problemCount: 1,
    truncated: false,
  };

  it('are imported from a file or standard input; problems are a table and exit 1', async () => {
    market.routes = { 'POST /v1/products/import': () => ({ body: report }) };
    const csv = 'Handle,Title\nmug,Mug\n';
    await writeFile(join(cli.root, 'products.csv'), csv);
    for (const ran of [
      await run(['product', 'import', 'products.csv']),
      await run(['product', 'import', '-'], csv),
    ]) {
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(
        /LINE .*\n +3 {2}Variant Price {2}x +not a price {2}write 12.50\n$/,
      );
      expect(ran.stderr).toBe(
        '2 rows: 1 product created, 0 updated, 0 unchanged, 1 left out; 1 problem.\n',
      );
    }
    expect(market.asked.map(({ body }) => body)).toEqual([csv, csv]);
    expect(market.asked[0]?.headers['content-type']).toBe('text/csv');
  });

  it('are exported whole or not at all', async () => {
    const csv = 'Handle,Title\nmug,Mug\n';
    market.routes = { 'GET /v1/products/export': () => ({ body: csv }) };
    await expect(run(['product', 'export'])).resolves.toMatchObject({ code: 0, stdout: csv });
    const output = join(cli.root, 'out.csv');
    await run(['product', 'export', '--output', output]);
    await expect(readFile(output, 'utf8')).resolves.toBe(csv);
    market.routes = {};
    const missing = join(cli.root, 'missing.csv');
    await expect(run(['product', 'export', '-o', missing])).resolves.toMatchObject({ code: 1 });
    await expect(readdir(cli.root)).resolves.not.toContain('missing.csv');
  });
});
