import {
  type DataState,
  forgetUnfinishedSeed,
  openDataDir,
  writeSeedState,
} from './dev/data-dir.ts';
import { DevError } from './dev/dev-error.ts';
import { devErrorOf, makeDemo, serveInOneProcess } from './dev/one-process.ts';
import type { Dev, DevOptions } from './dev/options.ts';
import { type DevServers, openServers } from './dev/servers.ts';
import { inviteFirstOperator } from './first-operator.ts';
import { processEnvironment } from './settings/config.ts';

export { DevError } from './dev/dev-error.ts';
export type { Dev, DevOptions } from './dev/options.ts';

/** The whole marketplace for one person, in the shape that was asked for. */
export async function runDev(given: DevOptions): Promise<Dev> {
  const options = { env: processEnvironment(), ...given };
  try {
    return await run(options);
  } catch (error) {
    throw devErrorOf(error, options);
  }
}

async function run(options: DevOptions): Promise<Dev> {
  const { dataDir, print } = options;
  const state = await openDataDir(dataDir);
  let { seed } = state;
  if (seed === 'underWay' && !namesDatabase(options)) {
    print('The first start was interrupted while it made the demo: starting over.');
    await forgetUnfinishedSeed(dataDir);
    seed = 'none';
  }
  const servers = await openServers(options);
  try {
    await prepare(servers, options, seed);
    return options.shape === 'processes'
      ? await (await import('./dev/processes.ts')).serveInProcesses(servers, options)
      : await serveInOneProcess(servers, options);
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

/** The embedded shape has a database of its own, whatever the environment names. */
function namesDatabase({ shape = 'embedded', env }: DevOptions): boolean {
  return shape !== 'embedded' && env?.DATABASE_URL !== undefined;
}

/** Makes the demo, or invites the first operator of an empty marketplace, at the first start. */
async function prepare(
  servers: DevServers,
  options: DevOptions,
  seed: DataState['seed'],
): Promise<void> {
  const { dataDir, print } = options;
  if (seed === 'done' || seed === 'skipped') return;
  if (!options.empty && (servers.ownsDatabase || (await servers.isFresh()))) {
    await writeSeedState(dataDir, 'underWay');
    print('First start: making the demo marketplace. This takes some seconds.');
    await makeDemo(servers, options);
    return;
  }
  if (seed === 'underWay') throw interruptedElsewhere();
  await inviteFirstOperator(dataDir);
  await writeSeedState(dataDir, 'skipped');
}

/** Somebody else's database is never emptied by us. */
function interruptedElsewhere(): DevError {
  return new DevError(
    'SEED_INTERRUPTED',
    'The first start was interrupted while it made the demo in the database of DATABASE_URL.',
    'Name a new database in DATABASE_URL and another folder: ./mkt dev --data DIR',
  );
}
