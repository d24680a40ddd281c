import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type InstalledCli, installCli } from './installed-cli.ts';
import { refusal, startTinyMarketplace, type TinyMarketplace, tokens } from './tiny-marketplace.ts';

let cli: InstalledCli;
let market: TinyMarketplace;
const run = (args: readonly string[], input = '') =>
  cli.run([...args], { input, env: { MKT_URL: market.url } });

beforeAll(async () => {
  [cli, market] = await Promise.all([installCli(), startTinyMarketplace()]);
  market.routes = { 'POST /v1/auth/guest': () => ({ body: { ...tokens, kind: 'guest' } }) };
  await run(['login', '--guest', '--as', 'guest']);
});
afterAll(async () => {
  await market.close();
  await cli.remove();
});
beforeEach(() => {
  market.asked.length = 0;
});

describe('mkt api', () => {
  it('writes the answer as it is, and with --json in an envelope with a version', async () => {
    market.routes = { 'GET /v1/one': () => ({ body: { a: [1, 'two'] } }) };
    const plain = await run(['api', 'GET', '/v1/one?b=2', '-f', 'c=3']);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(plain.stdout)).toEqual({ a: [1, 'two'] });
    expect(market.asked[0]?.url.search).toBe('?b=2&c=3');
    const { stdout } = await run(['api', 'GET', '/v1/one', '--json']);
    expect(JSON.parse(stdout)).toEqual({ version: 1, data: { a: [1, 'two'] } });
  });

  it('goes out with the session where there is one, and without where there is none', async () => {
    market.routes = { 'GET /v1/one': () => ({ body: {} }) };
    await run(['api', 'GET', '/v1/one', '--as', 'guest']);
    await run(['api', 'GET', '/v1/one', '--as', 'nobody']);
    expect(market.asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer access-1',
      undefined,
    ]);
  });

  it('makes a JSON body of fields, with a key of its own or the one that is given', async () => {
    market.routes = { 'POST /v1/coupons': () => ({ status: 201, body: { code: 'X' } }) };
    const args = ['api', 'POST', '/v1/coupons', '-f', 'code=X', '-F', 'discount.amountMinor=800'];
    await run(args);
    await run([...args, '--idempotency-key', 'mine', '-H', 'If-Match: "3"']);
    const [first, second] = market.asked;
    expect(JSON.parse(first?.body ?? '')).toEqual({ code: 'X', discount: { amountMinor: 800 } });
    expect(first?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}-1$/);
    expect(second?.headers).toMatchObject({ 'idempotency-key': 'mine', 'if-match': '"3"' });
  });

  it('sends a file or standard input as it is', async () => {
    market.routes = { 'PUT /v1/one': () => ({ body: {} }) };
    await writeFile(join(cli.root, 'rows.csv'), 'a,b\n');
    await run(['api', 'PUT', '/v1/one', '--input', 'rows.csv']);
    await run(['api', 'PUT', '/v1/one', '--input', '-'], '{ "a": 1 }');
    expect(market.asked.map(({ body, headers }) => [headers['content-type'], body])).toEqual([
      ['text/csv', 'a,b\n'],
      ['application/json', '{ "a": 1 }'],
    ]);
  });

  it('reads all pages as one, and writes what is picked line by line', async () => {
    const pages: Record<string, unknown> = {
      '': { items: [{ n: 1 }, { n: 2 }], nextCursor: 'two' },
      two: { items: [{ n: 3 }], nextCursor: null },
    };
    market.routes = {
      'GET /v1/rows': ({ url }) => ({ body: pages[url.searchParams.get('cursor') ?? ''] }),
    };
    const args = ['api', 'GET', '/v1/rows', '-f', 'limit=2', '--paginate', '--pick', 'items[].n'];
    await expect(run(args)).resolves.toEqual({ code: 0, stdout: '1\n2\n3\n', stderr: '' });
    expect(market.asked.map(({ url }) => url.search)).toEqual(['?limit=2', '?limit=2&cursor=two']);
  });

  it('writes what was refused to standard output, why to standard error, and exits by it', async () => {
    market.routes = { 'POST /v1/one': () => refusal(403, 'FORBIDDEN', 'Not yours.') };
    const { code, stdout, stderr } = await run(['api', 'POST', '/v1/one', '--as', 'guest']);
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(stderr).toMatch(/^error: Not yours\.\n {2}next: /);
    const json = await run(['api', 'POST', '/v1/one', '--json', '--as', 'guest']);
    expect({ code: json.code, ...JSON.parse(json.stdout) }).toMatchObject({
      code: 4,
      version: 1,
      error: { code: 'FORBIDDEN', exit: 4, problem: { status: 403 } },
    });
  });

  it('shows status and headers where they are asked for', async () => {
    market.routes = { 'DELETE /v1/one': () => ({ status: 204, body: '' }) };
    const { stdout } = await run(['api', 'DELETE', '/v1/one', '-i']);
    expect(stdout).toMatch(/^204\n/);
  });

  it('fails where what is picked is not there', async () => {
    market.routes = { 'GET /v1/one': () => ({ body: {} }) };
    await expect(run(['api', 'GET', '/v1/one', '--pick', 'a'])).resolves.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('The answer has no a.'),
    });
  });

  it.each([
    [['api', 'FETCH', '/v1/one']],
    [['api', 'GET']],
    [['api', 'GET', 'v1/one']],
    [['api', 'GET', '//elsewhere.test/v1/one']],
    [['api', 'GET', '/v1/one', '-f', 'nothing']],
    [['api', 'GET', '/v1/one', '--input', '-']],
    [['api', 'GET', '/v1/one', '-H', 'nothing']],
    [['api', 'POST', '/v1/one', '--paginate']],
    [['api', 'GET', '/v1/one', '--pick', '[']],
  ])('%j is written wrongly: 2', async (args) => {
    market.routes = { 'GET /v1/one': () => ({ body: {} }) };
    await expect(run(args)).resolves.toMatchObject({ code: 2, stdout: '' });
    expect(market.asked).toEqual([]);
  });
});

it('whoami says who and where', async () => {
  const me = { ...tokens, email: 'op@example.test', name: 'Op' };
  market.routes = { 'GET /v1/auth/me': () => ({ body: me }) };
  const { code, stdout } = await run(['whoami', '--as', 'guest']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Profile +guest\nAt +http:.+\nAs +operator\nE-mail +op@example\.test\n/);
  await expect(run(['whoami', '--as', 'nobody'])).resolves.toMatchObject({ code: 4 });
});
