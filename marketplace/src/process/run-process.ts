import {
  ConfigError,
  type Environment,
  type FaultPoint,
  SecretKeyError,
  StartError,
} from '@mkt/service-kit';
import { serviceNames } from '@mkt/topology';
import { exitCodes } from './exit-codes.ts';
import type { RunningProcess } from './run-service.ts';
import { type Wanted, wantedOf } from './wanted.ts';

/** Runs one service, or all, until it is told to stop: by a signal, or its supervisor's end. */
export async function runProcess(
  args: readonly string[],
  env: Environment,
  faultPoint?: FaultPoint,
): Promise<void> {
  const name = wantedOf(args);
  if (!name) {
    const next = `--all, or one of ${serviceNames.join(', ')}`;
    endWith(exitCodes.usage, { code: 'USAGE', message: 'Name one service.', next });
    return;
  }
  const isSupervised = process.send !== undefined;
  try {
    const running = start(name, env, faultPoint);
    const drainMs = Number(env.DRAIN_SECONDS ?? 20) * 1_000;
    stopWhenAsked(running, drainMs, isSupervised);
    const { url } = await running;
    process.send?.({ type: 'ready', url });
  } catch (error) {
    tellWhy(name, error);
  }
}

async function start(
  name: Wanted,
  env: Environment,
  faultPoint: FaultPoint | undefined,
): Promise<RunningProcess> {
  if (name === 'gateway') {
    const { runGateway } = await import('./run-gateway.ts');
    return runGateway(env);
  }
  if (name === 'all') {
    const { runAll } = await import('./run-all.ts');
    return runAll(env);
  }
  const { runService } = await import('./run-service.ts');
  return runService(name, env, faultPoint);
}

function stopWhenAsked(
  running: Promise<RunningProcess>,
  drainMs: number,
  isSupervised: boolean,
): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(exitCodes.failed), drainMs).unref();
    running
      .then((one) => one.stop())
      .then(
        () => process.exit(0),
        () => process.exit(exitCodes.failed),
      );
  };
  process.on('SIGTERM', stop);
  // Ctrl-C reaches the whole group at a terminal; whoever supervises decides in which order to stop.
  process.on('SIGINT', isSupervised ? () => {} : stop);
  process.on('disconnect', stop);
}

function tellWhy(name: Wanted, error: unknown): void {
  if (error instanceof ConfigError) {
    const next = `mkt config explain ${name === 'all' ? 'order' : name}`;
    endWith(exitCodes.configuration, { code: 'CONFIGURATION_WRONG', message: error.message, next });
  } else if (error instanceof StartError) {
    endWith(isTemporary(error) ? exitCodes.failed : exitCodes.configuration, error);
  } else if (error instanceof SecretKeyError) {
    endWith(exitCodes.configuration, error);
  } else {
    process.stderr.write(`${(error as Error)?.stack ?? String(error)}\n`);
    process.exit(exitCodes.failed);
  }
}

/** What may pass without anybody's doing here: another start may succeed. */
const isTemporary = ({ code }: StartError): boolean =>
  code.endsWith('_UNREACHABLE') || code === 'PORT_TAKEN' || code === 'SCHEMA_BEHIND';

interface Reason {
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

function endWith(exit: number, { code, message, next }: Reason): void {
  process.stderr.write(`error: ${message}\n  code: ${code}\n  next: ${next}\n`);
  process.exit(exit);
}
