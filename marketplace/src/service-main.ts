// `node dist/service.js SERVICE` (or `--service SERVICE`): one service, or the gateway, in a process
// of its own; `--all`: all of them in one. What it is told comes from the environment: `mkt config
// explain SERVICE` lists it.
import { runProcess } from './process/run-process.ts';
import { processEnvironment } from './settings/config.ts';

await runProcess(process.argv.slice(2), processEnvironment());
