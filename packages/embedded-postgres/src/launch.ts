import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Binaries, findBinaries } from './binaries.ts';
import { checkVersions, ensureCluster } from './cluster.ts';
import { fromSystemError } from './failures.ts';
import { knownCluster, prepareDataDir, resolveHome } from './home.ts';
import { type FolderLock, lockFolder } from './lock.ts';
import { type Target, untilReady } from './readiness.ts';
import { type Server, type ServerExit, spawnServer } from './server.ts';
import { type ServerUser, serverUser } from './server-user.ts';
import { asArguments, SOCKET_PORT, serverSettings } from './settings.ts';
import { checkPortFree, makeSocketDir } from './sockets.ts';
import { stopSurvivor } from './survivor.ts';

export type LaunchPlan = {
  dataDir: string;
  port: number | undefined;
  maxConnections: number;
  database: string;
  onLog: (line: string) => void;
  isDurable: boolean;
};

export type Launched = Target & {
  url: string;
  pid: number;
  exited: Promise<ServerExit>;
  stop(): Promise<void>;
};

/** Takes the data folder, then starts the server; gives the folder back if that fails. */
export async function launch(plan: LaunchPlan): Promise<Launched> {
  try {
    const dataDir = await prepareDataDir(plan.dataDir);
    const lock = await lockFolder(dataDir);
    try {
      return await launchLocked({ ...plan, dataDir }, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw fromSystemError(error, plan);
  }
}

async function launchLocked(plan: LaunchPlan, lock: FolderLock): Promise<Launched> {
  const { dataDir, isDurable } = plan;
  const user = serverUser(await knownCluster(dataDir));
  const binaries = await findBinaries(user);
  const home = await resolveHome(dataDir, user);
  const cluster = join(home, 'cluster');
  await checkVersions({ dataDir, home, binaries, user, isDurable });
  const survivor = await stopSurvivor(cluster);
  if (survivor !== undefined) plan.onLog(`stopped server ${survivor} of an earlier start`);
  if (plan.port !== undefined) await checkPortFree(plan.port);
  await ensureCluster({ dataDir, home, binaries, user, isDurable });
  const socketDir = await makeSocketDir(cluster, user);
  try {
    return await run(plan, { binaries, user, cluster, socketDir, lock });
  } catch (error) {
    await rm(socketDir, { recursive: true, force: true });
    throw error;
  }
}

type Prepared = {
  binaries: Binaries;
  user: ServerUser;
  cluster: string;
  socketDir: string;
  lock: FolderLock;
};

async function run(plan: LaunchPlan, prepared: Prepared): Promise<Launched> {
  const { binaries, socketDir } = prepared;
  const { maxConnections, isDurable, port: listenPort } = plan;
  const settings = serverSettings({
    ...{ major: binaries.major, maxConnections, socketDir, listenPort, isDurable },
  });
  const server = await spawnServer({
    ...prepared,
    settings: asArguments(settings),
    onLog: plan.onLog,
  });
  const port = listenPort ?? SOCKET_PORT;
  const target = { host: socketDir, port, user: 'postgres', database: plan.database };
  try {
    await untilReady(server, target, plan);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const stop = once(() => stopAll(server, prepared));
  return { ...target, url: socketUrl(target), pid: server.pid, exited: server.exited, stop };
}

async function stopAll(server: Server, { socketDir, lock }: Prepared): Promise<void> {
  await server.stop();
  await rm(socketDir, { recursive: true, force: true });
  await lock.release();
}

/** Later calls get the promise of the first. */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}

/**
 * A URL for the unix socket that `new URL`, pg, node-pg-migrate and libpq all read: the `host`
 * parameter wins over the `localhost` of the address, which `new URL` needs to be there.
 */
export function socketUrl({ host, port, user, database }: Target): string {
  const name = encodeURIComponent(database);
  return `postgresql://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
}
