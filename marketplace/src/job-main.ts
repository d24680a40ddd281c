// `node dist/job.js JOB`: a piece of useful work, done once. What it is told comes from the
// environment: `mkt config explain JOB` lists it.
import { runJob } from './jobs/run-job.ts';
import { processEnvironment } from './settings/config.ts';

await runJob(process.argv.slice(2), processEnvironment());
