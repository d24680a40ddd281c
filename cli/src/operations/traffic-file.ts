import { readFile } from 'node:fs/promises';
import type { Traffic } from '@mkt/topology';
import { exitCodes, usageFailure } from '../failure.ts';
import { refusedFile } from './refused-file.ts';

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
    const failure = refusedFile(error, 'TrafficFileError', {
      message: 'The traffic file is refused, so nothing is calculated with it.',
      code: 'TRAFFIC_FILE',
      exit: exitCodes.usage,
      next: 'Correct it and ask again.',
    });
    throw failure ?? error;
  }
}
