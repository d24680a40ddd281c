import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyRoute } from '@mkt/service-kit';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { approvedVendor, guestAt, operatorOf } from '../support/actors.ts';
import { createSuiteDatabase, type SuiteDatabase, startBackend } from '../support/backend.ts';

const huge = Number.MAX_VALUE;
const junk: readonly unknown[] = [
  null,
  [],
  'text',
  { __unknown: true },
  { amountMinor: -1, currency: 'XXX', quantity: huge, lines: [{}], items: 'no', email: 'no' },
  { value: { a: '\u0000' }, name: 'x'.repeat(100_000), reason: '', codes: Array(200).fill('A') },
];
const bodies: readonly (string | Uint8Array)[] = [
  ...junk.map((value) => JSON.stringify(value)),
  '{"broken":',
  '{"a":1}trailing',
  '"\\ud800"',
  new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
  '['.repeat(5_000),
];
const ids = [
  'not-an-id',
  '%00',
  '..%2f..%2fetc',
  '01980000-0000-7000-8000-000000000000',
  'ä'.repeat(80),
];
const queries = [
  '',
  '?limit=0',
  '?limit=1e9',
  '?cursor=%FF%FE',
  '?cursor=eyJhIjoxfQ',
  '?a[]=1&a=2',
];

describe('bad input on every route', () => {
  let database: SuiteDatabase;
  let backend: Awaited<ReturnType<typeof startBackend>>;
  let filesDir: string;
  let tokens: string[];
  let routes: AnyRoute[];

  beforeAll(async () => {
    database = await createSuiteDatabase(inject('postgresUrl'));
    filesDir = await mkdtemp(join(tmpdir(), 'mkt-bad-input-'));
    backend = await startBackend({ admin: database.admin, filesDir, soleProcess: true });
    const { url } = backend.marketplace;
    const operator = await operatorOf(backend.marketplace);
    const vendor = await approvedVendor(url, operator, 'Suite');
    tokens = [operator, vendor.token, await guestAt(url)];
    routes = [...backend.marketplace.services.values()].flatMap(({ parts }) => parts.routes);
  });
  afterAll(async () => {
    await backend?.marketplace.stop();
    await database?.drop();
    await rm(filesDir, { recursive: true, force: true });
  });

  async function send(route: AnyRoute, path: string, token: string, body?: string | Uint8Array) {
    const response = await fetch(`${backend.marketplace.url}${path}`, {
      method: route.method,
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': crypto.randomUUID(),
        ...(body === undefined
          ? {}
          : { 'content-type': route.bodyTypes?.[0] ?? 'application/json' }),
      },
      ...(body === undefined ? {} : { body: body as string }),
    });
    const text = await response.text();
    return { status: response.status, text };
  }

  /** A fault of ours, or a problem without a code, named so that it can be sent again. */
  const complaint = (sent: string, { status, text }: { status: number; text: string }) => {
    if (status >= 500) return [`${sent} → ${status} ${text.slice(0, 200)}`];
    const coded = status < 400 || typeof JSON.parse(text).code === 'string';
    return coded ? [] : [`${sent} → ${status} without a code`];
  };

  test('gets an answer below 500 with a stable code, whoever sends it', async () => {
    const complaints: string[] = [];
    expect(routes.length).toBeGreaterThan(100);
    for (const route of routes) {
      for (const token of tokens) {
        for (const [n, given] of ids.entries()) {
          const path = route.path.replaceAll(/:\w+/g, given) + (queries[n] ?? '');
          const sent = `${route.method} ${path}`;
          complaints.push(...complaint(sent, await send(route, path, token)));
          if (!path.includes(given) && n > 0) break;
        }
        if (!route.body) continue;
        const path = route.path.replaceAll(/:\w+/g, ids[3] ?? '');
        for (const body of bodies) {
          const sent = `${route.method} ${path} ${String(body).slice(0, 60)}`;
          complaints.push(...complaint(sent, await send(route, path, token, body)));
        }
      }
    }
    expect(complaints).toEqual([]);
  });

  test('does not stop the marketplace, and leaves nothing that cannot be published', async () => {
    await backend.marketplace.idle();
    const ready = await fetch(`${backend.marketplace.url}/readyz`);
    expect(ready.status).toBe(200);
    for (const name of backend.marketplace.services.keys()) {
      const [row] = await database.query(`SELECT count(*)::int AS n FROM "${name}".dead_letters`);
      expect([name, row?.n]).toEqual([name, 0]);
    }
  });
});
