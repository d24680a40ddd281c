import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type ClientConfig, migrateAll, refuseUnfitSchema } from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

const names = 'CREATE TABLE people (id uuid PRIMARY KEY, name text NOT NULL);';
const expand = 'ALTER TABLE people ADD COLUMN given text;';
const moved = 'UPDATE people SET given = name WHERE given IS NULL;';
const contract = '-- contract after 0003_moved\nALTER TABLE people DROP COLUMN name;';
/** Versions of a service: each begins with what the one before has. */
const versions = {
  first: { '0001_names': names },
  expanding: { '0001_names': names, '0002_expand': expand },
  moved: { '0001_names': names, '0002_expand': expand, '0003_moved': moved },
  contracting: {
    '0001_names': names,
    '0002_expand': expand,
    '0003_moved': moved,
    '0004_contract': contract,
  },
} as const;
type Version = keyof typeof versions;

describe('versions of one service on one database', () => {
  const service = 'review';
  const dirs = new Map<Version, string>();
  let root: string;
  let database: TestDatabase;
  let login: ClientConfig;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'mkt-versions-'));
    for (const [version, files] of Object.entries(versions)) {
      dirs.set(version as Version, await folderOf(version, files));
    }
  });
  beforeEach(async () => {
    await database?.drop();
    database = await createTestDatabase(inject('postgresUrl'), []);
    const url = new URL(inject('postgresUrl'));
    const password = decodeURIComponent(url.password);
    const user = decodeURIComponent(url.username) || 'postgres';
    login = { ...database.connection, user, ...(password ? { password } : {}) } as ClientConfig;
  });
  afterAll(async () => {
    await database?.drop();
    await rm(root, { recursive: true, force: true });
  });

  async function folderOf(name: string, files: Readonly<Record<string, string>>) {
    const dir = await mkdtemp(join(root, name));
    for (const [file, sql] of Object.entries(files)) await writeFile(join(dir, `${file}.sql`), sql);
    return dir;
  }

  const startIn = (migrationsDir: string, mayRunElsewhere = true) =>
    migrateAll(login, [{ service, migrationsDir, mayRunElsewhere }], () =>
      typeof login.password === 'string' ? login.password : undefined,
    );
  const start = (version: Version) => startIn(dirs.get(version) ?? '');

  /** As a process looks that does not migrate: by the service's own role. */
  async function look(version: Version): Promise<void> {
    const client = new pg.Client({ ...login, user: `mkt_${service}` });
    await client.connect();
    try {
      await refuseUnfitSchema(client, service, dirs.get(version) ?? '');
    } finally {
      await client.end();
    }
  }

  test('an older one starts on what a newer one has added, and leaves it as it is', async () => {
    await start('first');
    await start('expanding');
    expect(await start('first')).toEqual({
      migrated: [],
      afterFailure: [],
      newer: [{ service, steps: ['0002_expand'] }],
    });
    await look('first');
    // The newer one need not migrate again because an older one was there.
    expect((await start('expanding')).migrated).toEqual([]);
  });

  test('one that is too old for what was taken away is refused, and is told by what', async () => {
    await start('moved');
    await start('contracting');
    const tooOld = {
      code: 'SCHEMA_CONTRACTED',
      message: expect.stringMatching(/schema of review.*since 0004_contract.*knows 0003_moved/),
      next: expect.stringContaining('version that has that migration'),
    };
    await expect(start('expanding')).rejects.toMatchObject(tooOld);
    await expect(look('first')).rejects.toMatchObject(tooOld);
    // Its neighbour in a deploy uses nothing of what is gone.
    expect((await start('moved')).newer).toEqual([{ service, steps: ['0004_contract'] }]);
    await look('moved');
  });

  test('nothing is taken away together with what made it superfluous, while others may run', async () => {
    await start('expanding');
    await expect(start('contracting')).rejects.toMatchObject({
      code: 'MIGRATION_HASTY',
      message: expect.stringMatching(/0004_contract.*before 0003_moved use/),
      next: expect.stringMatching(/0003_moved first.*SOLE_PROCESS/),
    });
    expect((await start('moved')).migrated).toEqual([service]);
    expect((await start('contracting')).migrated).toEqual([service]);
  });

  test('one that is alone, or the first of all, takes every step at once', async () => {
    expect((await start('contracting')).migrated).toEqual([service]);
    await database.drop();
    database = await createTestDatabase(inject('postgresUrl'), []);
    login = { ...login, database: database.connection.database ?? '' };
    await start('expanding');
    expect((await startIn(dirs.get('contracting') ?? '', false)).migrated).toEqual([service]);
  });

  test('a contraction that fails is rolled back, and nobody is refused for it', async () => {
    await start('moved');
    const broken = await folderOf('broken', {
      ...versions.moved,
      '0004_contract': `${contract}\nINSERT INTO no_such_table VALUES (1);`,
    });
    await expect(startIn(broken)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    await look('first');
  });

  test('one that does not migrate waits for the steps that it needs', async () => {
    await start('first');
    await expect(look('expanding')).rejects.toMatchObject({
      code: 'SCHEMA_BEHIND',
      message: expect.stringContaining('0002_expand'),
      next: expect.stringContaining('MIGRATE=true'),
    });
  });

  test('a contraction that names no migration of its folder is a mistake', async () => {
    const odd = await folderOf('odd', { '0001_names': '-- contract after 0000_typo\nSELECT 1;' });
    await expect(startIn(odd)).rejects.toThrow('0000_typo');
  });
});
