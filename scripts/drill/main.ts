// `node scripts/run.mjs scripts/drill/main.ts`: a dump is worth what can be restored from it. Dumps a
// demo marketplace while it runs, restores the dump into a server that is new, and proves the rows and
// the books there: all by the scripts and the job that the cluster runs at night. Then the marketplace
// is started on what was restored.
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  dumpScript,
  restoreScript,
  scratchArguments,
  scratchDatabase,
  scratchUser,
} from '../../manifests/charts/data/scripts.ts';
import { type Dev, runDev } from '../../marketplace/src/dev.ts';
import { demoOperatorEmail, demoPassword } from '../../marketplace/src/seed/credentials.ts';
import { findPorts } from '../../marketplace/src/supervise/ports.ts';
import { orExplain, Problem } from '../bootstrap/problem.mjs';
import { fromRoot } from '../bootstrap/root.mjs';
import { ownedByServers, programsFolder, runScript, startServer, withServer } from './servers.ts';

const untilReady =
  'until pg_isready --quiet --host=127.0.0.1 --port="$PORT" --username=drill --dbname=postgres; do sleep 0.1; done';
const say = (line: string): void => console.log(line);

await orExplain(async () => {
  const bin = programsFolder(process.env.PG_BIN);
  const dir = await mkdtemp(join(tmpdir(), 'mkt-drill-'));
  // The servers and their programs may be another user's.
  await chmod(dir, 0o711);
  try {
    await drill(bin, dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

async function drill(bin: string, dir: string): Promise<void> {
  const [port = 0, scratchPort = 0] = await findPorts(2, '127.0.0.1');
  const folders = { DUMPS: join(dir, 'dumps'), SCRATCH: join(dir, 'scratch') };
  for (const folder of Object.values(folders)) {
    await mkdir(folder);
    ownedByServers(folder);
  }
  const source = await startServer({ bin, dir: join(dir, 'source'), port, user: 'mkt' });
  try {
    await source.run('createdb', [scratchDatabase]);
    const running = await serve(dir, source.urlOf(scratchDatabase));
    try {
      await running.idle();
      const to = { PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'mkt', PGDATABASE: 'mkt' };
      // Older programs cannot compress as the cluster's do.
      await runScript(bin, [dumpScript], { ...folders, ...to, COMPRESS: '6' });
    } finally {
      await running.stop();
    }
  } finally {
    await source.stop();
  }
  say('dumped it while it ran');
  await runScript(bin, [restoreScript, ...scratchArguments(folders.SCRATCH, '')], folders);

  const url = `postgres://${scratchUser}@127.0.0.1:${scratchPort}/${scratchDatabase}`;
  const more = ['-p', String(scratchPort), '-c', 'max_connections=200'];
  const args = [...scratchArguments(folders.SCRATCH, '127.0.0.1'), ...more];
  const isReady = () => runScript(bin, [untilReady], { PORT: String(scratchPort) });
  await withServer(bin, args, isReady, async () => {
    const env = { DATABASE_URL: url, DUMP_ROWS: join(folders.SCRATCH, 'rows') };
    await run(process.execPath, [fromRoot('marketplace/src/job-main.ts'), 'restore-drill'], env);
    const restored = await serve(dir, url);
    try {
      const mkt = { MKT_URL: restored.url, MKT_CONFIG_DIR: join(dir, 'config') };
      const login = ['login', '--email', demoOperatorEmail, '--password-stdin'];
      for (const command of [login, ['ledger', 'verify']]) {
        await run(fromRoot('mkt'), [...command, '--as', 'operator'], mkt);
      }
    } finally {
      await restored.stop();
    }
  });
  say('the restored marketplace runs, and its books are in order');
}

function serve(dir: string, url: string): Promise<Dev> {
  return runDev({
    shape: 'connected',
    dataDir: join(dir, 'data'),
    host: '127.0.0.1',
    port: 0,
    empty: false,
    print: () => {},
    env: { DATABASE_URL: url },
  });
}

function run(
  program: string,
  args: readonly string[],
  more: Readonly<Record<string, string>>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...more };
    const child = spawn(program, args, { env, stdio: ['pipe', 'inherit', 'inherit'] });
    child.stdin?.end(`${demoPassword}\n`);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Problem(`${args.join(' ')} ended with ${code}.`, 'Read what it said.'));
    });
  });
}
