import { spawn } from 'node:child_process';
import { chownSync, existsSync, globSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../bootstrap/problem.mjs';

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const nobody = 65_534;
const asNobody = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
const maxConnections = 200;

/** Lets the servers and their programs write into a folder. */
export function ownedByServers(folder: string): void {
  if (asNobody.uid !== undefined) chownSync(folder, nobody, nobody);
}

/** A PostgreSQL of this machine's package, with the programs that dump and restore. */
export interface Server {
  /** Runs one of PostgreSQL's programs against it, as its superuser. */
  run(program: string, args: readonly string[]): Promise<void>;
  urlOf(database: string): string;
  stop(): Promise<void>;
}

/** Where `initdb`, `pg_dump` and the others are: `PG_BIN`, or the newest of Debian's packages. */
export function programsFolder(given: string | undefined): string {
  const versions = globSync('/usr/lib/postgresql/*/bin').toSorted(
    (a, b) => Number(a.split('/')[4]) - Number(b.split('/')[4]),
  );
  const folder = given ?? versions.at(-1);
  if (folder && existsSync(join(folder, 'pg_dump')) && existsSync(join(folder, 'initdb'))) {
    return folder;
  }
  throw new Problem(
    `The drill needs PostgreSQL with its programs${folder ? `, and ${folder} lacks them` : ''}.`,
    'apt-get install postgresql, or name the folder of initdb and pg_dump: PG_BIN=…',
  );
}

/** Runs a script of the cluster's, with PostgreSQL's programs before all others. */
export function runScript(
  bin: string,
  [script, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const all = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}`, ...env };
  return runProgram('bash', ['-c', script, 'script', ...args], all);
}

/** A server on a folder that is there, for as long as the work takes. */
export async function withServer<T>(
  bin: string,
  args: readonly string[],
  isReady: () => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  const child = spawn(join(bin, 'postgres'), args, { stdio: [...stdio], cwd: '/', ...asNobody });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await isReady();
    return await work();
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}

export interface ServerOptions {
  /** Where its programs are. */
  readonly bin: string;
  readonly dir: string;
  readonly port: number;
  /** Its superuser. */
  readonly user: string;
}

export async function startServer({ bin, dir, port, user }: ServerOptions): Promise<Server> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  ownedByServers(dir);
  const data = join(dir, 'data');
  const run = (program: string, args: readonly string[]) => runProgram(join(bin, program), args);
  await run('initdb', ['--pgdata', data, '--username', user, '--auth', 'trust', '--no-sync']);
  const options = `-c listen_addresses=127.0.0.1 -c port=${port} -c fsync=off -k ${dir}`;
  const all = `${options} -c max_connections=${maxConnections}`;
  const log = join(dir, 'log');
  await run('pg_ctl', ['--pgdata', data, '--wait', '--log', log, '--options', all, 'start']);
  const connection = ['--host', '127.0.0.1', '--port', String(port), '--username', user];
  return {
    run: (program, args) => run(program, [...connection, ...args]),
    urlOf: (database) => `postgres://${user}@127.0.0.1:${port}/${database}`,
    async stop() {
      await run('pg_ctl', ['--pgdata', data, '--wait', '--mode', 'immediate', 'stop']);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function runProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // A server that stays would keep a pipe open, and nobody would hear the end of `pg_ctl`.
    const stdio = ['ignore', 'ignore', 'inherit'] as const;
    const child = spawn(program, args, { stdio: [...stdio], cwd: '/', env, ...asNobody });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code}`));
    });
  });
}
