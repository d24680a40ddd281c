import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@mkt/embedded-postgres';
import { createTelemetry, type LogLevel } from '@mkt/service-kit';
import { createOffsetClock, type OffsetClock } from './clock.ts';
import { type Marketplace, startMarketplace } from './compose.ts';
import { admitFirstOperator, firstOperatorEmail, inviteFirstOperator } from './first-operator.ts';
import { secretKeyOf } from './secret-key.ts';
import { demoCredentials, demoPastMs } from './seed/credentials.ts';
import { seedDemo } from './seed/seed.ts';
import { telemetryOfProcess } from './telemetry/config.ts';

export interface DevOptions {
  /** Everything that survives a restart: database, files, the clock's offset. */
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
  /** Leaves the marketplace without the demo. */
  readonly empty: boolean;
  readonly print: (line: string) => void;
  readonly logLevel?: LogLevel;
}

export interface Dev {
  readonly url: string;
  readonly marketplace: Marketplace;
  readonly clock: OffsetClock;
  stop(): Promise<void>;
  /** Settles when the marketplace has stopped, asked to or because its database ended. */
  readonly stopped: Promise<void>;
}

/** What a person can mend: what happened, and what to do next. */
export class DevError extends Error {
  override readonly name = 'DevError';
  readonly code: string;
  readonly next: string;

  constructor(code: string, message: string, next: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.next = next;
  }
}

export const marketplaceVersion = '0.1.0';
const demoImages = new URL('../demo/images/', import.meta.url).pathname;

/** Written into each data folder, so that older code refuses a newer folder. */
const dataFormat = 1;

interface DataState {
  readonly format: number;
  /** A seed that did not come to its end is told from the start again. */
  readonly seed: 'none' | 'underWay' | 'done' | 'skipped';
}

/** Generous: on a laptop one person is every client. */
const devLimits = {
  client: { name: 'client', perSecond: 200, burst: 2_000 },
  vendor: { name: 'vendor', perSecond: 100, burst: 1_000 },
};

/** The whole marketplace in this process, on embedded stores in one folder. */
export async function runDev(options: DevOptions): Promise<Dev> {
  const { dataDir, print } = options;
  const state = await openDataDir(dataDir);
  if (state.seed === 'underWay') {
    print('The first start was interrupted while it made the demo: starting over.');
    await forgetUnfinishedSeed(dataDir);
  }
  const seeding = !options.empty && (state.seed === 'none' || state.seed === 'underWay');
  if (seeding) await writeState(dataDir, { format: dataFormat, seed: 'underWay' });

  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
  try {
    if (seeding) {
      print('First start: making the demo marketplace. This takes some seconds.');
      await makeDemo(postgres, options);
    }
    if (state.seed === 'none' && options.empty) {
      await inviteFirstOperator(dataDir);
      await writeState(dataDir, { format: dataFormat, seed: 'skipped' });
    }
    return await serve(postgres, options);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function makeDemo(postgres: EmbeddedPostgres, options: DevOptions): Promise<void> {
  // The demo's past is told on a clock that starts before it and ends at the present.
  const clock = await createOffsetClock(undefined, -demoPastMs);
  const marketplace = await startMarketplace(await settings(postgres, options, clock, false));
  try {
    await seedDemo(marketplace, clock);
  } finally {
    await marketplace.stop();
  }
  await writeState(options.dataDir, { format: dataFormat, seed: 'done' });
}

async function serve(postgres: EmbeddedPostgres, options: DevOptions): Promise<Dev> {
  const clock = await createOffsetClock(join(options.dataDir, 'clock.json'));
  const marketplace = await startMarketplace(await settings(postgres, options, clock, true)).catch(
    (error: unknown) => {
      throw listenError(error, options);
    },
  );
  clock.onAdvance(() => marketplace.sweep());
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= marketplace.stop().finally(() => postgres.stop());
    return stopping;
  };
  const stopped = postgres.exited.then(() => stop());
  const state = await readState(options.dataDir);
  announce(marketplace.url, state?.seed === 'done', options.print);
  const passwordPath = await admitFirstOperator(marketplace, options.dataDir);
  if (passwordPath) options.print(firstLogin(passwordPath));
  return { url: marketplace.url, marketplace, clock, stop, stopped };
}

function announce(url: string, hasDemo: boolean, print: (line: string) => void): void {
  print(`The marketplace answers at ${url}`);
  print(`API documentation       ${url}/docs`);
  if (!hasDemo) return;
  for (const { who, email, password } of demoCredentials) {
    print(`Demo ${who.padEnd(18)} ${email} / ${password}`);
  }
}

const firstLogin = (passwordPath: string): string =>
  `First operator          ./mkt login --email ${firstOperatorEmail} --as operator ` +
  `--password-stdin < '${passwordPath}'`;

async function settings(
  postgres: EmbeddedPostgres,
  options: DevOptions,
  clock: OffsetClock,
  listens: boolean,
): Promise<Parameters<typeof startMarketplace>[0]> {
  const { host, port, user, database } = postgres;
  return {
    admin: { host, port, user, database },
    filesDir: join(options.dataDir, 'files'),
    listen: listens ? { host: options.host, port: options.port } : null,
    clock,
    ...createTelemetry({
      level: options.logLevel ?? 'warn',
      version: marketplaceVersion,
      settings: telemetryOfProcess(),
    }),
    // The lock on the data folder keeps every other process out.
    soleProcess: true,
    version: marketplaceVersion,
    secretKey: await secretKeyOf(options.dataDir),
    limits: devLimits,
    staticFolders: { '/media/demo/': demoImages },
    processMetrics: listens,
  };
}

function listenError(error: unknown, { host, port }: DevOptions): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'EADDRINUSE') {
    return new DevError(
      'PORT_TAKEN',
      `Something else listens on ${host}:${port} already.`,
      `Stop it, or choose another port: ./mkt dev --port ${port + 1}`,
      error,
    );
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return new DevError(
      'ADDRESS_REFUSED',
      `This machine does not let the marketplace listen on ${host}:${port}.`,
      'Choose another address or a port above 1023: ./mkt dev --port 8080',
      error,
    );
  }
  return error;
}

async function openDataDir(dataDir: string): Promise<DataState> {
  try {
    await mkdir(dataDir, { recursive: true });
    const known = await readState(dataDir);
    if (known && known.format > dataFormat) {
      throw new DevError(
        'DATA_FOLDER_NEWER',
        `${dataDir} was written by a newer version of the marketplace.`,
        'Update this clone, or choose another folder: ./mkt dev --data DIR',
      );
    }
    return known ?? { format: dataFormat, seed: 'none' };
  } catch (error) {
    throw dataDirError(dataDir, error);
  }
}

function dataDirError(dataDir: string, error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ENOSPC') {
    return new DevError(
      'DISK_FULL',
      `There is no space left for ${dataDir}.`,
      'Free some space, or choose a folder on another disk: ./mkt dev --data DIR',
      error,
    );
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EPERM') {
    return new DevError(
      'DATA_FOLDER_UNREADABLE',
      `${dataDir} cannot be read and written.`,
      'Give yourself the rights, or choose another folder: ./mkt dev --data DIR',
      error,
    );
  }
  return error;
}

const stateFile = (dataDir: string): string => join(dataDir, 'state.json');

async function readState(dataDir: string): Promise<DataState | undefined> {
  try {
    return JSON.parse(await readFile(stateFile(dataDir), 'utf8')) as DataState;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeState(dataDir: string, state: DataState): Promise<void> {
  await writeFile(`${stateFile(dataDir)}.new`, JSON.stringify(state));
  await rename(`${stateFile(dataDir)}.new`, stateFile(dataDir));
}

/** Nobody was served yet, so nothing acknowledged is lost with it. */
async function forgetUnfinishedSeed(dataDir: string): Promise<void> {
  for (const part of ['postgres', 'files', 'clock.json']) {
    await rm(join(dataDir, part), { recursive: true, force: true });
  }
}
