import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createPeerTokens } from '@mkt/service-kit';
import { jobNames } from '@mkt/topology';
import { describe, expect, onTestFinished, test } from 'vitest';

const entry = join(import.meta.dirname, '../job-main.ts');
const secret = 's'.repeat(32);
/** Nothing of this process's environment but where compiled sources are kept. */
const compiled = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '' };

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function job(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, ...args], { env: { ...compiled, ...env } });
    const ended = { out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      ended.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      ended.err += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...ended }));
  });
}

/** Stands for the search service, which answers a chore with what it is told. */
async function searchThat(answers: { status: number; body: string }) {
  const tokens = createPeerTokens({ self: 'search', secrets: [secret] });
  const asked: { path: string | undefined; caller: string | undefined }[] = [];
  const server = createServer((request, reply) => {
    const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
    asked.push({ path: request.url, caller: tokens.verify(token) });
    reply.writeHead(answers.status).end(answers.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { asked, env: { PEER_SECRET: secret, PEER_URLS: `search=http://127.0.0.1:${port}` } };
}

describe('a job', () => {
  test.each([[[]], [['reindx']], [['reindex', 'restore-drill']]])(
    'that is named by %j is refused with the list of all',
    async (args) => {
      const { code, err, out } = await job(args);
      expect({ code, out }).toEqual({ code: 64, out: '' });
      expect(err).toContain('code: USAGE');
      for (const name of jobNames) expect(err).toContain(name);
    },
  );

  test('whose settings are missing names all of them and where they are explained', async () => {
    const { code, err } = await job(['restore-drill']);
    expect(code).toBe(78);
    expect(err).toContain('DATABASE_URL: is needed');
    expect(err).toContain('DUMP_ROWS: is needed');
    expect(err).toContain('next: mkt config explain restore-drill');
  });
});

describe('reindex', () => {
  test('asks the search service as the installation, and tells what was counted', async () => {
    const body = JSON.stringify({ products: 12, productsBefore: 11, rebuiltInMs: 40 });
    const { asked, env } = await searchThat({ status: 200, body });
    const { code, out, err } = await job(['reindex'], env);
    expect({ code, out: JSON.parse(out) }).toEqual({
      code: 0,
      out: { job: 'reindex', products: 12, productsBefore: 11, rebuiltInMs: 40 },
    });
    expect(asked).toEqual([{ path: '/internal/control/chores/reindex', caller: 'installation' }]);
    const line = JSON.parse(err);
    expect(line).toMatchObject({ job: 'reindex', report: { products: 12 } });
  });

  test('fails with what the service said', async () => {
    const { env } = await searchThat({ status: 500, body: 'the disk is full' });
    const { code, err } = await job(['reindex'], env);
    expect(code).toBe(1);
    expect(err).toMatch(/answered 500: the disk is full\n {2}code: REINDEX_REFUSED/);
  });

  test('fails where nobody answers, and may be tried again', async () => {
    const env = { PEER_SECRET: secret, PEER_URLS: 'search=http://127.0.0.1:9' };
    const { code, err } = await job(['reindex'], env);
    expect(code).toBe(1);
    expect(err).toContain('code: SEARCH_UNREACHABLE');
  });
});

describe('the restore drill', () => {
  test('needs what the dump says of itself', async () => {
    const env = { DATABASE_URL: 'postgres://drill@127.0.0.1:9/mkt', DUMP_ROWS: '/nowhere/rows' };
    const { code, err } = await job(['restore-drill'], env);
    expect(code).toBe(1);
    expect(err).toContain('code: DUMP_ROWS_UNREADABLE');
  });
});
