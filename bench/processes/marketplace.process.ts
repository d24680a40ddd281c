import pg from 'pg';
import { type BackendOptions, startBackend } from '../../tests/support/backend.ts';
import { seedCatalogue } from '../catalogue.ts';
import { answerParent } from './measured.ts';

/** The whole marketplace without rate limits, on a database and a folder that it is told. */
interface Settings extends BackendOptions {
  /** Fills the empty marketplace before it says that it is ready. */
  readonly seeds: boolean;
}

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings;
const sqlRoundTrips = countRoundTrips();
const { marketplace } = await startBackend(settings);
if (settings.seeds) await seedCatalogue(marketplace);
answerParent({
  url: marketplace.url,
  sqlRoundTrips,
  idle: () => marketplace.idle(),
  stop: () => marketplace.stop(),
});

/** Counts below the marketplace's own meter, at the driver, so that one can check the other. */
function countRoundTrips(): () => number {
  let count = 0;
  const send = pg.Client.prototype.query;
  pg.Client.prototype.query = function counted(this: pg.Client, ...args: never[]) {
    count += 1;
    return Reflect.apply(send, this, args);
  } as typeof send;
  return () => count;
}
