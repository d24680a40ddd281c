import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@mkt/embedded-postgres';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findPorts } from '../../marketplace/src/supervise/ports.ts';
import { ROOT } from '../../scripts/bootstrap/root.mjs';
import { approvedVendor, checkOut, publish, readyToBuy } from '../support/actors.ts';
import { expectOk, request } from '../support/http.ts';
import { buildArgs } from './bases.ts';
import { type Engine, startEngine } from './engine.ts';
import { run, until } from './program.ts';

const mostBytes = 130_000_000;
const user = 10_001;
const image = `mkt-service:suite-${process.pid}`;
const operator = { email: 'operator@suite.example.test', password: 'correct horse battery' };
const minute = 60_000;

let dir: string;
let postgresDir: string;
let engine: Engine;
let postgres: EmbeddedPostgres;
let databaseUrl: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mkt-image-'));
  engine = await startEngine(dir);
  const args = (await buildArgs(engine, dir)).flatMap((arg) => ['--build-arg', arg]);
  await engine.docker('build', '--network', 'host', '--tag', image, ...args, ROOT);
  const [port = 0] = await findPorts(1, '127.0.0.1');
  // Apart from the rest, which is for root alone: the server is not root.
  postgresDir = await mkdtemp(join(tmpdir(), 'mkt-image-postgres-'));
  postgres = await startEmbeddedPostgres({ dataDir: postgresDir, port });
  databaseUrl = `postgres://${postgres.user}@127.0.0.1:${port}/${postgres.database}`;
}, 20 * minute);

afterAll(async () => {
  await postgres?.stop();
  await engine?.outcome(['image', 'rm', '--force', image]);
  await engine?.stop();
  for (const path of [dir, postgresDir]) await rm(path ?? '', { recursive: true, force: true });
}, 2 * minute);

/** A container with nothing to gain and nothing to write but its files, as in the cluster. */
async function start(args: readonly string[], env: Readonly<Record<string, string>>) {
  const [port = 0] = await findPorts(1, '127.0.0.1');
  const settings = { HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'warn', ...env };
  const id = await engine.docker(
    ...['run', '--detach', '--network', 'host', '--volume', '/data/files', '--read-only'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...[image, ...args],
  );
  onTestFinished(async () => {
    await engine.outcome(['rm', '--force', '--volumes', id]);
  });
  const url = `http://127.0.0.1:${port}`;
  await until(`${args.join(' ')} is ready`, async () => {
    if ((await engine.docker('inspect', '--format', '{{.State.Running}}', id)) !== 'true') {
      const { stdout, stderr } = await engine.outcome(['logs', id]);
      throw new Error(`The container ended:\n${stdout}${stderr}`);
    }
    return fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return { id, url };
}

/** The files of the image, as `tar` lists them. */
async function filesOf(): Promise<readonly string[]> {
  const id = await engine.docker('create', image);
  const archive = join(dir, 'files.tar');
  await engine.docker('export', '--output', archive, id);
  await engine.docker('rm', id);
  const files = (await run('tar', ['--list', '--file', archive])).split('\n');
  await rm(archive);
  return files;
}

async function compressedBytes(): Promise<number> {
  const archive = join(dir, 'image.tar');
  await engine.docker('save', '--output', archive, image);
  let bytes = 0;
  await pipeline(createReadStream(archive), createGzip(), async (chunks) => {
    for await (const chunk of chunks) bytes += (chunk as Buffer).length;
  });
  await rm(archive);
  return bytes;
}

describe(
  'the image',
  () => {
    test('has Node and the bundle, and nothing that could run anything else', async () => {
      const files = await filesOf();
      expect(files).toEqual(expect.arrayContaining(['usr/local/bin/node', 'app/service.js']));
      const programs = files.filter((path) =>
        /(^|\/)(sh|bash|dash|busybox|npm|npx|yarn|apt-get|dpkg|node_modules\/)$/.test(path),
      );
      expect(programs).toEqual([]);
      expect(files.filter((path) => path.endsWith('.ts'))).toEqual([]);
    });

    test('is smaller than 130 MB compressed', async ({ annotate }) => {
      const bytes = await compressedBytes();
      await annotate(`${(bytes / 1e6).toFixed(1)} MB compressed`);
      expect(bytes).toBeLessThan(mostBytes);
    });

    test('names its user by number, so that a cluster can see that it is not root', async () => {
      const format = '{{.Config.User}}';
      await expect(engine.docker('image', 'inspect', '--format', format, image)).resolves.toBe(
        `${user}:${user}`,
      );
    });

    test('says what it can run where it is told something else', async () => {
      const asked = ['run', '--rm', '--network', 'none', image, '--service', 'ordr'];
      const { code, stderr } = await engine.outcome(asked);
      expect(code).toBe(64);
      expect(stderr).toMatch(/Name one service[\s\S]*--all, or one of .*order/);
    });

    test.each([[['gateway']], [['--service', 'gateway']]])('runs one service: %j', async (args) => {
      const { url } = await start(args, { PEER_SECRET: randomBytes(32).toString('hex') });
      const { status } = await request(url, 'GET', '/healthz');
      expect(status).toBe(200);
    });

    test(
      'takes an order, as nobody in particular and on a root that cannot be written',
      async () => {
        const { id, url } = await start(['--all'], {
          DATABASE_URL: databaseUrl,
          SECRET_KEY: randomBytes(32).toString('base64url'),
          OPERATOR_EMAIL: operator.email,
          OPERATOR_PASSWORD: operator.password,
          CLIENT_RATE: '1000000:1000000',
          VENDOR_RATE: '1000000:1000000',
        });
        const session = await expectOk(request(url, 'POST', '/v1/auth/login', { body: operator }));
        const vendor = await approvedVendor(url, session.accessToken, 'Kiln');
        const products = [{ handle: 'blue-mug', priceMinor: 2_500, stock: 3 }];
        let variantId: string | undefined;
        await until('the inventory has heard of the product', async () => {
          variantId = (await publish(url, session.accessToken, vendor, products)).get('blue-mug');
          return variantId !== undefined;
        });
        const lines = [{ variantId: variantId ?? '', quantity: 2 }];
        const placed = await checkOut(url, await readyToBuy(url, lines));
        expect(placed).toMatchObject({ status: 201, body: { state: 'placed' } });

        const pid = await engine.docker('inspect', '--format', '{{.State.Pid}}', id);
        const status = await readFile(`/proc/${pid}/status`, 'utf8');
        expect(status).toMatch(new RegExp(`^Uid:\\s+${user}\\s+${user}\\s`, 'm'));
        expect(status).toMatch(/^CapEff:\s+0+$/m);
        const write = (path: string) =>
          engine.outcome(['exec', id, 'node', '-e', `fs.writeFileSync('${path}', 'x')`]);
        for (const path of ['/app/service.js', '/tmp/x', '/x']) {
          expect((await write(path)).stderr).toMatch(/EROFS|EACCES/);
        }
        await expect(write('/data/files/x')).resolves.toMatchObject({ code: 0 });

        await engine.docker('stop', '--time', '30', id);
        const format = '{{.State.ExitCode}}';
        await expect(engine.docker('inspect', '--format', format, id)).resolves.toBe('0');
      },
      5 * minute,
    );
  },
  3 * minute,
);
