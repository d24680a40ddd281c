import {
  ConfigError,
  createTelemetry,
  type Environment,
  readConfig,
  StartError,
  type Telemetry,
} from '@mkt/service-kit';
import { type JobName, jobNames } from '@mkt/topology';
import { exitCodes } from '../process/exit-codes.ts';
import { jobSchemas } from '../settings/jobs.ts';
import { marketplaceVersion } from '../version.ts';
import { JobFailure } from './job.ts';
import { loadJob } from './jobs.ts';

/** Runs one job to its end, and says by the exit code how that went. */
export async function runJob(args: readonly string[], env: Environment): Promise<void> {
  const name = args.length === 1 ? jobNames.find((job) => job === args[0]) : undefined;
  if (!name) {
    const given = args.length === 0 ? 'No job was named.' : `There is no job ${args.join(' ')}.`;
    const next = `node job.js with one of ${jobNames.join(', ')}`;
    process.exitCode = exitCodes.usage;
    tell({ code: 'USAGE', message: given, next });
    return;
  }
  try {
    const telemetry = telemetryOf(name, env);
    try {
      await carryOut(name, env, telemetry);
    } finally {
      telemetry.logs.close();
      await telemetry.traces.stop();
    }
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    tellWhy(name, error);
  }
}

function telemetryOf(name: JobName, env: Environment): Telemetry {
  const { LOG_LEVEL: level, ...settings } = readConfig(jobSchemas[name], env);
  return createTelemetry({ level, version: marketplaceVersion, owner: name, settings });
}

async function carryOut(name: JobName, env: Environment, { log }: Telemetry): Promise<void> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  for (const one of ['SIGTERM', 'SIGINT'] as const) process.once(one, abort);
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  try {
    const job = await loadJob(name);
    const report = await job({ env, log, signal: stop.signal });
    log.info({ job: name, report, durationMs: durationMs() }, 'the job is done');
    process.stdout.write(`${JSON.stringify({ job: name, ...report })}\n`);
  } catch (error) {
    log.error({ job: name, err: error, durationMs: durationMs() }, 'the job failed');
    throw error;
  } finally {
    for (const one of ['SIGTERM', 'SIGINT'] as const) process.off(one, abort);
  }
}

/** Settings that are wrong stay wrong, however often it is tried. */
function exitCodeOf(error: unknown): number {
  const isFinal =
    error instanceof ConfigError ||
    (error instanceof StartError && !error.code.endsWith('_UNREACHABLE'));
  return isFinal ? exitCodes.configuration : exitCodes.failed;
}

function tellWhy(name: JobName, error: unknown): void {
  if (error instanceof ConfigError) {
    const next = `mkt config explain ${name}`;
    tell({ code: 'CONFIGURATION_WRONG', message: error.message, next });
  } else if (error instanceof JobFailure || error instanceof StartError) {
    tell(error);
  } else {
    process.stderr.write(`${(error as Error)?.stack ?? String(error)}\n`);
  }
}

function tell({ code, message, next }: { code: string; message: string; next: string }): void {
  process.stderr.write(`error: ${message}\n  code: ${code}\n  next: ${next}\n`);
}
