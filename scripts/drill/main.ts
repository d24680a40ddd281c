// `node scripts/run.mjs scripts/drill/main.ts`: a dump is worth what can be restored from it. Dumps a
// demo marketplace while it runs, restores the dump into a server that is new, starts the marketplace
// on it and lets it prove its books.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Dev, runDev } from '../../marketplace/src/dev.ts';
import { demoOperatorEmail, demoPassword } from '../../marketplace/src/seed/credentials.ts';
import { findPorts } from '../../marketplace/src/supervise/ports.ts';
import { orExplain, Problem } from '../bootstrap/problem.mjs';
import { fromRoot } from '../bootstrap/root.mjs';
import { differences, type Rows, rowsOf } from './rows.ts';
import { programsFolder, type Server, startServer } from './servers.ts';

const database = 'marketplace';
const say = (line: string): void => console.log(line);

await orExplain(async () => {
  const bin = programsFolder(process.env.PG_BIN);
  const dir = await mkdtemp(join(tmpdir(), 'mkt-drill-'));
  // The servers and their programs may be another user's.
  await chmod(dir, 0o711);
  const servers: Server[] = [];
  try {
    for (const port of await findPorts(2, '127.0.0.1')) {
      // Each has a superuser of its own: the other's comes over with the roles.
      const user = `drill_${port}`;
      servers.push(await startServer({ bin, dir: join(dir, user), port, user }));
    }
    const [source, scratch] = servers as [Server, Server];
    await drill(dir, source, scratch);
  } finally {
    for (const server of servers) await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
});

async function drill(dir: string, source: Server, scratch: Server): Promise<void> {
  await source.run('createdb', [database]);
  const running = await serve(dir, source);
  let dumped: Rows;
  try {
    await running.idle();
    dumped = await dump(source);
  } finally {
    await running.stop();
  }
  const total = [...dumped.values()].reduce((sum, rows) => sum + rows, 0);
  say(`dumped ${total} rows of ${dumped.size} tables while it ran`);

  // Roles belong to the server, not to the database: policies and rights name them.
  const strict = ['--quiet', '--set', 'ON_ERROR_STOP=1'];
  await scratch.run('psql', [...strict, '--file', source.file('roles'), 'postgres']);
  await scratch.run('createdb', [database]);
  const restore = ['--exit-on-error', '--jobs', '2', '--dbname', database];
  await scratch.run('pg_restore', [...restore, source.file('dump')]);
  const wrong = differences(dumped, await withClient(scratch, rowsOf));
  if (wrong.length > 0) {
    throw new Problem(`The restored database differs:\n  ${wrong.join('\n  ')}`, 'Mend the dump.');
  }
  say('restored them all into a new server');

  const restored = await serve(dir, scratch);
  try {
    await mkt(dir, restored.url, ['login', '--email', demoOperatorEmail, '--password-stdin']);
    await mkt(dir, restored.url, ['ledger', 'verify']);
  } finally {
    await restored.stop();
  }
  say('the restored marketplace runs, and its books are in order');
}

function serve(dir: string, server: Server): Promise<Dev> {
  return runDev({
    shape: 'connected',
    dataDir: join(dir, 'data'),
    host: '127.0.0.1',
    port: 0,
    empty: false,
    print: () => {},
    env: { DATABASE_URL: server.urlOf(database) },
  });
}

/** The rows are counted in the snapshot that is dumped, so that they must come out the same. */
function dump(source: Server): Promise<Rows> {
  return withClient(source, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const { rows } = await client.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    const snapshot = ['--snapshot', rows[0]?.id ?? ''];
    const format = ['--format', 'custom', '--file', source.file('dump')];
    await source.run('pg_dump', [...snapshot, ...format, database]);
    await source.run('pg_dumpall', ['--roles-only', '--file', source.file('roles')]);
    return rowsOf(client);
  });
}

async function withClient<T>(server: Server, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server.urlOf(database) });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function mkt(dir: string, url: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, MKT_URL: url, MKT_CONFIG_DIR: join(dir, 'config') };
    const child = spawn(fromRoot('mkt'), [...args, '--as', 'operator'], {
      env,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    child.stdin?.end(`${demoPassword}\n`);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Problem(`mkt ${args.join(' ')} ended with ${code}.`, 'Read what it said.'));
    });
  });
}
