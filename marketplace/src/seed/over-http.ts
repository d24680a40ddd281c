import { demoCredentials } from './credentials.ts';
import { readDemo } from './data.ts';
import { createHttpApi } from './http-api.ts';
import { type Stage, tellDemo } from './tell.ts';

export { demoPastMs } from './credentials.ts';

/** The demo's logins, but for the operator's: a marketplace that runs has its own. */
export const seededCredentials = demoCredentials.filter(({ who }) => who !== 'operator');

/** The vendors by which a marketplace with the demo is known. */
export async function demoVendorSlugs(): Promise<string[]> {
  return (await readDemo()).vendors.map(({ slug }) => slug);
}

export interface RemoteSeed {
  readonly url: string;
  /** The access token of an operator. */
  readonly operator: string;
  readonly progress: Stage['progress'];
}

/**
 * Makes the demo on a marketplace that runs, by its API alone. Its past cannot be told backwards:
 * the business clock ends two months ahead.
 */
export async function seedOverHttp({ url, operator, progress }: RemoteSeed): Promise<void> {
  const api = createHttpApi(url);
  let offsetMs = offsetOf(await api.call('GET', '/v1/clock'));
  async function advance(ms: number): Promise<void> {
    const whole = Math.ceil(ms);
    const moved = await api.call('POST', '/v1/clock/advance', {
      token: operator,
      body: { ms: whole },
    });
    offsetMs = offsetOf(moved);
  }
  await tellDemo({
    api,
    operator,
    now: () => Date.now() + offsetMs,
    advance,
    // The smallest move of the clock is answered when nothing is left to do by then.
    settle: () => advance(1),
    progress,
  });
}

/** How far the business clock is ahead of this machine's. */
const offsetOf = ({ now }: { now: string }): number => Date.parse(now) - Date.now();
