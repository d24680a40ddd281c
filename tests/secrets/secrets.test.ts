import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSecretKey } from '@mkt/service-kit';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { approvedVendor, operatorOf } from '../support/actors.ts';
import { createSuiteDatabase, type SuiteDatabase, startBackend } from '../support/backend.ts';
import { request } from '../support/http.ts';

const runbook = new URL('../../docs/runbooks/lost-secret-key.md', import.meta.url);

describe('the secret key of a marketplace', () => {
  let database: SuiteDatabase;
  let filesDir: string;
  const start = (secretKey: string) =>
    startBackend({ admin: database.admin, filesDir, soleProcess: true, secretKey });
  const guest = (url: string) => request(url, 'POST', '/v1/auth/guest', {});

  beforeAll(async () => {
    database = await createSuiteDatabase(inject('postgresUrl'));
    filesDir = await mkdtemp(join(tmpdir(), 'mkt-secrets-'));
  });
  afterAll(async () => {
    await database?.drop();
    await rm(filesDir, { recursive: true, force: true });
  });

  test('is changed by naming both; a lost one is got over as the runbook says', async () => {
    const [first, second, third] = [newSecretKey(), newSecretKey(), newSecretKey()];
    const before = await start(first);
    const { url } = before.marketplace;
    await approvedVendor(url, await operatorOf(before.marketplace), 'Sealed');
    await before.marketplace.stop();

    const both = await start(`${second},${first}`);
    await both.marketplace.stop();
    const changed = await start(second);
    expect((await guest(changed.marketplace.url)).status).toBe(201);
    await changed.marketplace.stop();

    await expect(start(third)).rejects.toMatchObject({ code: 'SECRET_KEY_WRONG' });
    const sql = /```sql\n([\s\S]+?)```/.exec(await readFile(runbook, 'utf8'))?.[1] ?? '';
    expect(sql.match(/DELETE/g)).toHaveLength(4);
    await database.query(sql);
    const again = await start(third);
    expect((await guest(again.marketplace.url)).status).toBe(201);
    const vendor = await approvedVendor(
      again.marketplace.url,
      await operatorOf(again.marketplace),
      'Again',
    );
    expect(vendor).toBeDefined();
    await again.marketplace.stop();
  });
});
