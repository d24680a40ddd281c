import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  type ClientConfig,
  connectDatabase,
  databaseUrlProblem,
  migrateAll,
  parseDatabaseUrl,
  refuseUnsafeRoles,
  startErrorOfDatabase,
} from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

let database: TestDatabase;
let admin: ClientConfig;

beforeAll(async () => {
  const url = new URL(inject('postgresUrl'));
  database = await createTestDatabase(url.href, []);
  const password = decodeURIComponent(url.password);
  const user = decodeURIComponent(url.username) || 'postgres';
  admin = { ...database.connection, user, ...(password ? { password } : {}) } as ClientConfig;
});
afterAll(() => database.drop());

describe('a database URL', () => {
  test.each([
    ['', /no URL/],
    ['db.example.test:5432', /no URL/],
    ['mysql://user@host/shop', /no URL/],
    ['postgres:///shop', /names no host/],
    ['postgres://db.example.test/shop', /names no user/],
    ['postgres://mkt@db.example.test', /names no database/],
    ['postgres://mkt@db.example.test/', /names no database/],
    ['postgres://mkt@db.example.test/shop?sslmode=prefer', /sslmode=prefer.*require/],
  ])('%j is refused with what is missing', (text, problem) => {
    expect(databaseUrlProblem(text)).toMatch(problem);
    expect(() => parseDatabaseUrl(text)).toThrow(problem);
  });

  test('gives its parts, with what was escaped', () => {
    const url = 'postgres://m%40kt:p%3Ass@[::1]:6000/a%20shop?sslmode=require';
    expect(parseDatabaseUrl(url)).toEqual({
      host: '::1',
      port: 6000,
      user: 'm@kt',
      password: 'p:ss',
      database: 'a shop',
      ssl: { rejectUnauthorized: true },
    });
  });

  test('may name the folder of a socket, and needs no password then', () => {
    const url = 'postgresql://postgres@localhost:5433/shop?host=%2Ftmp%2Fsocket';
    expect(parseDatabaseUrl(url)).toEqual({
      host: '/tmp/socket',
      port: 5433,
      user: 'postgres',
      database: 'shop',
    });
  });
});

describe('a database that cannot be used', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
  });

  /** A server that speaks as much of the protocol as the test needs. */
  async function serverThat(answers: (socket: Socket, first: Buffer) => void): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (first) => answers(socket, first));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  const message = (type: string, body: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(type), length, body]);
  };
  const int32 = (...values: number[]): Buffer =>
    Buffer.concat(
      values.map((value) => {
        const buffer = Buffer.alloc(4);
        buffer.writeInt32BE(value);
        return buffer;
      }),
    );
  const failing = (code: string, text: string): Buffer =>
    message('E', Buffer.from(`SFATAL\0C${code}\0M${text}\0\0`));
  const at = (port: number, more: ClientConfig = {}): ClientConfig => ({
    host: '127.0.0.1',
    port,
    user: 'mkt',
    password: 'secret-word',
    database: 'shop',
    ...more,
  });

  test('because nothing listens there', async () => {
    const connecting = connectDatabase(at(1));
    await expect(connecting).rejects.toMatchObject({
      name: 'StartError',
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining('127.0.0.1:1/shop'),
      next: expect.stringContaining('DATABASE_URL'),
    });
  });

  test('because the password is wrong, which is not quoted', async () => {
    const port = await serverThat((socket) => {
      socket.end(failing('28P01', 'password authentication failed for user "mkt"'));
    });
    const error = await connectDatabase(at(port)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'DATABASE_LOGIN_REFUSED' });
    expect(JSON.stringify([error, String(error)])).not.toContain('secret-word');
  });

  test('because there is no such database', async () => {
    const connecting = connectDatabase({ ...admin, database: 'no_such_shop' });
    await expect(connecting).rejects.toMatchObject({ code: 'DATABASE_MISSING' });
  });

  test('because it does not speak TLS, and because it wants TLS', async () => {
    const plain = await serverThat((socket) => socket.end('N'));
    const refused = connectDatabase(at(plain, { ssl: { rejectUnauthorized: true } }));
    await expect(refused).rejects.toMatchObject({
      code: 'DATABASE_TLS_REFUSED',
      next: expect.stringContaining('sslmode=disable'),
    });
    const strict = await serverThat((socket) => {
      socket.end(failing('28000', 'no pg_hba.conf entry for host, user "mkt", no encryption'));
    });
    await expect(connectDatabase(at(strict))).rejects.toMatchObject({
      code: 'DATABASE_TLS_REFUSED',
      next: expect.stringContaining('sslmode=require'),
    });
  });

  test.each(['SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'because its certificate does not prove who it is (%s)',
    (code) => {
      const error = Object.assign(new Error('bad certificate'), { code });
      expect(startErrorOfDatabase(error, 'db:5432/shop')).toMatchObject({
        code: 'DATABASE_TLS_REFUSED',
        next: expect.stringContaining('sslrootcert'),
      });
    },
  );

  test('because it is too old', async () => {
    const port = await serverThat((socket) => {
      const ready = message('Z', Buffer.from('I'));
      socket.write(Buffer.concat([message('R', int32(0)), ready]));
      socket.on('data', () => {
        const column = Buffer.concat([
          Buffer.from([0, 1]),
          Buffer.from('server_version_num\0'),
          int32(0),
          Buffer.from([0, 0]),
          int32(25),
          Buffer.from([255, 255]),
          int32(-1),
          Buffer.from([0, 0]),
        ]);
        const value = Buffer.concat([Buffer.from([0, 1]), int32(6), Buffer.from('130014')]);
        const done = message('C', Buffer.from('SHOW\0'));
        socket.write(Buffer.concat([message('T', column), message('D', value), done, ready]));
      });
    });
    await expect(connectDatabase(at(port))).rejects.toMatchObject({
      code: 'DATABASE_TOO_OLD',
      message: expect.stringContaining('PostgreSQL 13; 15 or newer'),
    });
  });
});

describe('a role that could step around row-level security', () => {
  test.each([
    ['is a superuser', 'CREATE ROLE unsafe_a SUPERUSER', 'unsafe_a', /unsafe_a is a superuser/],
    ['has BYPASSRLS', 'CREATE ROLE unsafe_b BYPASSRLS', 'unsafe_b', /allowed to bypass/],
    [
      'is a member of such a role',
      'CREATE ROLE unsafe_c; CREATE ROLE mighty_c BYPASSRLS; GRANT mighty_c TO unsafe_c',
      'unsafe_c',
      /member of mighty_c/,
    ],
  ])('is refused where it %s', async (_, sql, role, problem) => {
    await database.admin(sql);
    const client = await connectDatabase(admin);
    try {
      await expect(refuseUnsafeRoles(client, [role, 'mkt_nobody'])).rejects.toMatchObject({
        code: 'DATABASE_ROLE_UNSAFE',
        message: expect.stringMatching(problem),
      });
    } finally {
      await client.end();
      await database.admin('DROP ROLE IF EXISTS unsafe_a, unsafe_b, unsafe_c, mighty_c');
    }
  });
});

describe('an administrator who is no superuser', () => {
  const migrationsDir = new URL('./sample-migrations', import.meta.url).pathname;
  // Roles are the server's: the other files' services have theirs from a superuser already.
  const source = [{ service: 'startproof', migrationsDir }];
  const password = 'a-password-of-the-test';

  test('is told that CREATEROLE is missing, and can migrate with it', async () => {
    const own = await createTestDatabase(inject('postgresUrl'), []);
    const name = own.connection.database ?? '';
    const login = { ...own.connection, user: `owner_${name}`, password } as ClientConfig;
    try {
      await own.admin(`CREATE ROLE owner_${name} LOGIN PASSWORD '${password}'`);
      await own.admin(`GRANT CREATE ON DATABASE ${name} TO owner_${name}`);
      await expect(migrateAll(login, source, () => undefined)).rejects.toMatchObject({
        code: 'DATABASE_RIGHTS_MISSING',
        next: expect.stringContaining('CREATEROLE'),
      });
      await own.admin(`ALTER ROLE owner_${name} CREATEROLE`);
      const { migrated } = await migrateAll(login, source, () => 'a-password-of-the-roles');
      expect(migrated).toEqual(['startproof']);
      const asService = { ...own.connection, user: 'mkt_startproof' };
      const client = await connectDatabase({
        ...(asService as ClientConfig),
        password: 'a-password-of-the-roles',
      });
      expect((await client.query('SELECT count(*)::int AS n FROM notes')).rows).toEqual([{ n: 0 }]);
      await client.end();
      // Another secret is another state of the schema: the roles get their new passwords.
      const again = await migrateAll(login, source, () => 'another-password');
      expect(again.migrated).toEqual(['startproof']);
    } finally {
      await own.admin('DROP OWNED BY mkt_startproof, mkt_startproof_vendor').catch(() => {});
      await own.admin(`DROP OWNED BY owner_${name} CASCADE`).catch(() => {});
      await own.drop();
      await database.admin('DROP ROLE IF EXISTS mkt_startproof, mkt_startproof_vendor');
      await database.admin(`DROP ROLE IF EXISTS owner_${name}`);
    }
  });
});
