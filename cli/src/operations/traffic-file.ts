import { readFile } from 'node:fs/promises';
import type { Traffic } from '@mkt/topology';
import { exitCodes, Failure, usageFailure } from '../failure.ts';

type Reading = typeof import('@mkt/policies/traffic');

/** An environment's traffic with what a file says instead. */
export async function trafficFrom(
  { readTraffic }: Reading,
  file: string,
  usual: Traffic,
): Promise<Traffic> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageFailure(
      `The traffic file ${file} cannot be read (${error.code}).`,
      'Name a YAML file such as: --traffic-file sale.yaml',
    );
  });
  try {
    return readTraffic({ path: file, text }, usual);
  } catch (error) {
    throw refusal(error) ?? error;
  }
}

/** Known by its name: the class itself belongs to what is loaded by its path. */
function refusal(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || error.name !== 'TrafficFileError') return undefined;
  const { faults } = error as InstanceType<Reading['TrafficFileError']>;
  return new Failure('The traffic file is refused, so nothing is calculated with it.', {
    code: 'TRAFFIC_FILE',
    exit: exitCodes.usage,
    details: faults.map(
      ({ file, line, reason, remedy }) => `${file}:${line}: ${reason}. ${remedy}`,
    ),
    next: 'Correct it and ask again.',
    problem: { faults },
    cause: error,
  });
}
