import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type InstalledCli, installCli } from './installed-cli.ts';
import { startTinyMarketplace, type TinyMarketplace } from './tiny-marketplace.ts';

let cli: InstalledCli;
let market: TinyMarketplace;
beforeAll(async () => {
  [cli, market] = await Promise.all([installCli(), startTinyMarketplace()]);
});
afterAll(async () => {
  await market.close();
  await cli.remove();
});

const title = 'A very long title '.repeat(10);
const product = {
  id: 'p1',
  handle: 'mug',
  title,
  vendorName: 'Kiln',
  priceFrom: null,
  priceTo: null,
};

const pseudoTerminal = 'script';

/** Runs mkt where both outputs are a terminal of 70 columns, by the system's `script`. */
function onTerminal(args: string, env: Readonly<Record<string, string>> = {}) {
  const command = `stty cols 70; '${process.execPath}' '${cli.root}/cli/dist/mkt.cjs' ${args}`;
  const words =
    process.platform === 'darwin'
      ? ['-q', '/dev/null', '/bin/sh', '-c', command]
      : ['-qec', command, '/dev/null'];
  return new Promise<{ code: number; text: string }>((resolve, reject) => {
    const options = {
      env: {
        PATH: process.env['PATH'],
        HOME: cli.root,
        TERM: 'xterm-256color',
        MKT_CONFIG_DIR: cli.configDir,
        MKT_URL: market.url,
        ...env,
      },
    };
    const child = execFile(pseudoTerminal, words, options, (error, stdout) => {
      if (error && typeof error.code !== 'number') {
        reject(new Error('Install `script` (Debian: bsdutils)', { cause: error }));
        return;
      }
      resolve({ code: error ? Number(error.code) : 0, text: stdout.replaceAll('\r\n', '\n') });
    });
    child.stdin?.end();
  });
}

it('fits a table to the terminal, with its titles in bold', async () => {
  market.routes = { 'GET /v1/products': () => ({ body: { items: [product], nextCursor: null } }) };
  const { code, text } = await onTerminal('product list');
  expect(code).toBe(0);
  const [head = '', row = ''] = text.split('\n').slice(-3);
  expect(head.startsWith('\u001b[1mHANDLE') && head.endsWith('\u001b[22m')).toBe(true);
  expect(row).toMatch(/^mug {5}A very long.*… {2}Kiln/);
  expect(row.length).toBeLessThanOrEqual(70);
});

it('leaves colours out where NO_COLOR says so', async () => {
  const { text } = await onTerminal('product list', { NO_COLOR: '1' });
  expect(text).toContain('HANDLE');
  expect(text).not.toContain('\u001b[');
});

it('answers errors and help as it does elsewhere', async () => {
  await expect(onTerminal('order explode', { NO_COLOR: '1' })).resolves.toMatchObject({
    code: 2,
    text: expect.stringContaining('error: There is no command "order explode".'),
  });
  await expect(onTerminal('--help')).resolves.toMatchObject({ code: 0 });
});

it('says when, as seen from the business time', async () => {
  const order = {
    ...{ number: 'M-1-1', status: 'placed', recipient: 'Ada', units: 1 },
    ...{ payable: { amountMinor: 100, currency: 'EUR' }, placedAt: '2026-03-01T12:00:00Z' },
  };
  const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt: '2999-01-01T00:00:00Z' };
  market.routes = {
    'POST /v1/auth/guest': () => ({ body: tokens }),
    'GET /v1/orders': () => ({ body: { items: [order], nextCursor: null } }),
    'GET /v1/clock': () => ({ body: { now: '2026-03-03T13:00:00Z', adjustable: true } }),
  };
  await onTerminal('login --guest');
  const { code, text } = await onTerminal('order list');
  expect(code).toBe(0);
  expect(text).toMatch(/placed +2 days ago +Ada/);
});
