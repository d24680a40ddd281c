import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { testSecretKey } from '@mkt/service-kit/testing';
import { type ServiceName, serviceNames, serviceSpec } from '@mkt/topology';
import { findPorts } from '../marketplace/src/supervise/ports.ts';
import { buildServices } from '../scripts/build/services.ts';
import type { SuiteDatabase } from '../tests/support/backend.ts';
import { memoryEnvironment } from './memory-settings.ts';
import type { Row } from './report.ts';

const limit = { kind: 'atMost', bound: 110, aim: 85 } as const;
const readyWithinMs = 120_000;
/** What the start left behind is gone by then. */
const settledAfterMs = 3_000;
/** The share of a container's memory that JavaScript's objects may take, as the manifests set it. */
const heapShare = 0.6;
const loopback = '127.0.0.1';

/** What each service holds in a process of its own: the bundle of the images, with their heap caps. */
export async function measureAlone(database: SuiteDatabase, filesDir: string): Promise<Row[]> {
  // Within this clone, as the data folder of a user is: where the kit finds its own packages.
  const outdir = await mkdtemp(join(filesDir, 'bundle-'));
  try {
    const entry = await buildServices(outdir);
    const rows: Row[] = [];
    for (const service of serviceNames) {
      const bytes = await residentBytesOf(service, entry, { database, filesDir });
      const what = `memory, ${service} alone`;
      rows.push({ topic: 'alone', what, unit: 'MB', value: bytes / 1_000_000, limit });
    }
    return rows;
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

async function residentBytesOf(
  service: ServiceName,
  entry: string,
  place: { readonly database: SuiteDatabase; readonly filesDir: string },
): Promise<number> {
  const { memoryLimitMiB } = serviceSpec(service).resources;
  const caps = ['--max-semi-space-size=2', `--max-old-space-size=${memoryLimitMiB * heapShare}`];
  const child = spawn(process.execPath, [...caps, entry, service], {
    env: { ...memoryEnvironment, PATH: process.env.PATH, ...(await settingsOf(place)) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    await untilReady(child, service);
    await pause(settledAfterMs);
    return await residentBytes(child.pid);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

function untilReady(child: ChildProcess, service: ServiceName): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${service} hangs`)), readyWithinMs);
    child.once('message', () => {
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${service} ended with ${code} before it was ready`));
    });
  });
}

/** The peers are not there: nobody is called while nothing is asked. */
async function settingsOf({
  database,
  filesDir,
}: {
  readonly database: SuiteDatabase;
  readonly filesDir: string;
}): Promise<NodeJS.ProcessEnv> {
  const [own = 0, others = 0] = await findPorts(2, loopback);
  const { host, port, user, database: name } = database.admin;
  return {
    PORT: String(own),
    HOST: loopback,
    PEER_SECRET: randomBytes(32).toString('base64url'),
    // The shop was filled with it.
    SECRET_KEY: testSecretKey,
    PEER_URLS: serviceNames.map((peer) => `${peer}=http://${loopback}:${others}`).join(','),
    DATABASE_URL: `postgres://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`,
    FILES_DIR: join(filesDir, 'alone'),
    CLOCK_FILE: join(filesDir, 'clock.json'),
    SOLE_PROCESS: 'true',
    LOG_LEVEL: 'warn',
  };
}

async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}
