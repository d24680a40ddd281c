import { join } from 'node:path';
import { startEmbeddedPostgres } from '@mkt/embedded-postgres';
import {
  type ClientConfig,
  connectDatabase,
  masked,
  parseDatabaseUrl,
  type RolePassword,
} from '@mkt/service-kit';
import { rolePasswords } from '../process/role-passwords.ts';
import { DevError } from './dev-error.ts';
import { keepLocalRedis } from './local-redis.ts';
import type { DevOptions } from './options.ts';
import { type DevSettings, readDevSettings } from './settings.ts';

/** The stores of a development installation, found or started. */
export interface DevServers {
  readonly admin: ClientConfig;
  readonly databaseUrl: string;
  readonly rolePassword: RolePassword;
  readonly settings: DevSettings;
  readonly redisUrl: string | undefined;
  readonly mongodbUrl: string | undefined;
  /** The database is this data folder's own: it may be made anew. */
  readonly ownsDatabase: boolean;
  /** Nobody has ever migrated this database. */
  isFresh(): Promise<boolean>;
  /** Settles when the database that was started here has ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const never = new Promise<void>(() => {});

interface Opened {
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Each store by its URL, or started here, or left out; the output says which. */
export async function openServers(options: DevOptions): Promise<DevServers> {
  const { shape = 'embedded', print, dataDir } = options;
  // The embedded shape needs nothing but its folder, whatever the environment names.
  const settings = readDevSettings(shape === 'embedded' ? {} : (options.env ?? {}));
  const tell = (line: string): void => {
    if (shape !== 'embedded') print(line);
  };
  const opened: Opened[] = [];
  const stop = async (): Promise<void> => {
    for (const server of opened.splice(0).toReversed()) await server.stop();
  };
  try {
    const database = await openDatabase(settings.DATABASE_URL, dataDir, tell);
    opened.push(database);
    const redisUrl = await openRedis(settings.REDIS_URL, { shape, dataDir, opened, tell });
    tellOfMongo(settings.MONGODB_URL, tell);
    return {
      ...database,
      settings,
      rolePassword: rolePasswords(settings.DATABASE_ROLE_SECRET ?? passwordOf(database.admin)),
      redisUrl,
      mongodbUrl: settings.MONGODB_URL,
      isFresh: () => isFresh(database.admin),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function passwordOf({ password }: ClientConfig): string | undefined {
  return typeof password === 'string' ? password : undefined;
}

async function openDatabase(
  url: string | undefined,
  dataDir: string,
  tell: (line: string) => void,
) {
  if (url) {
    tell(`PostgreSQL              ${masked(url)}, by DATABASE_URL`);
    const admin = parseDatabaseUrl(url);
    return { admin, databaseUrl: url, ownsDatabase: false, ended: never, stop: async () => {} };
  }
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
  tell('PostgreSQL              started here, with its data in the data folder');
  const { host, port, user, database } = postgres;
  return {
    admin: { host, port, user, database },
    databaseUrl: postgres.url,
    ownsDatabase: true,
    ended: postgres.exited.then(() => {}),
    stop: () => postgres.stop(),
  };
}

interface RedisPlan {
  readonly shape: string;
  readonly dataDir: string;
  readonly opened: Opened[];
  readonly tell: (line: string) => void;
}

async function openRedis(url: string | undefined, plan: RedisPlan): Promise<string | undefined> {
  const { shape, tell } = plan;
  if (shape === 'embedded') return undefined;
  if (url) {
    tell(`Redis                   ${masked(url)}, by REDIS_URL`);
    return url;
  }
  const local = await keepLocalRedis(join(plan.dataDir, 'redis'), tell);
  if (local) {
    tell(`Redis                   started here (${local.url}), with its data in the data folder`);
    plan.opened.push({ ended: never, stop: local.stop });
    return local.url;
  }
  const how = 'apt-get install redis-server, brew install valkey, or set REDIS_URL';
  if (shape === 'processes') {
    throw new DevError(
      'REDIS_MISSING',
      'Processes need Redis or Valkey between them, and none is installed here.',
      `${how}; or run it all in one process: ./mkt dev`,
    );
  }
  tell(`Redis                   none here; bus, cache and limits stay in this process (${how})`);
  return undefined;
}

function tellOfMongo(url: string | undefined, tell: (line: string) => void): void {
  tell(
    url
      ? `MongoDB                 ${masked(url)}, by MONGODB_URL`
      : 'MongoDB                 none named; documents are in PostgreSQL (set MONGODB_URL)',
  );
}

async function isFresh(admin: ClientConfig): Promise<boolean> {
  const client = await connectDatabase(admin);
  try {
    const { rows } = await client.query(`SELECT to_regclass('mkt.schema_state') AS state`);
    return rows[0]?.state === null;
  } finally {
    await client.end();
  }
}
