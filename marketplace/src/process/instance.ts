import { hostname } from 'node:os';

/**
 * Which of the processes this is that run the same service at the same time, such as the version
 * before and the next one in a deploy. The same after a restart in its place.
 */
export function instanceOf(settings: {
  readonly SOLE_PROCESS: boolean;
  readonly PORT: number;
}): string | undefined {
  if (settings.SOLE_PROCESS) return undefined;
  return `${hostname()}:${settings.PORT === 0 ? process.pid : settings.PORT}`;
}
