// `node dist/service.js SERVICE`: one service, or the gateway, in a process of its own. All that it
// is told comes from the environment: `mkt config explain SERVICE` lists it.
import { runProcess } from './process/run-process.ts';
import { processEnvironment } from './settings/config.ts';

await runProcess(process.argv.slice(2), processEnvironment());
