import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Api, listAtMost } from '../adapters/api.ts';
import { exitCodes, Failure } from '../failure.ts';
import type { BusinessClock, Vendor } from './shapes.ts';
import { whoAmI } from './whoami.ts';

/** The demo, which is no more part of the command line than the marketplace is. */
export interface DemoSeed {
  readonly demoPastMs: number;
  readonly seededCredentials: readonly {
    readonly who: string;
    readonly email: string;
    readonly password: string;
  }[];
  demoVendorSlugs(): Promise<string[]>;
  seedOverHttp(options: {
    readonly url: string;
    readonly operator: string;
    readonly progress: (part: string, done: number, total: number) => void;
  }): Promise<void>;
}

export async function loadDemoSeed(repositoryDir: string): Promise<DemoSeed> {
  const path = join(repositoryDir, 'marketplace', 'src', 'seed', 'over-http.ts');
  return (await import(pathToFileURL(path).href)) as DemoSeed;
}

/** Whether the demo is there already. Refuses where it cannot be made. */
export async function isSeeded(
  api: Api,
  demo: Pick<DemoSeed, 'demoVendorSlugs'>,
): Promise<boolean> {
  const { operator } = await whoAmI(api);
  if (!operator) throw notAnOperator();
  const slugs = await demo.demoVendorSlugs();
  const { items } = await listAtMost<Vendor>(api, '/v1/vendors', { limit: 1_000 });
  const missing = slugs.filter((slug) => !items.some((vendor) => vendor.slug === slug));
  if (missing.length < slugs.length) {
    // The last that the seed does is a payout.
    const payouts = await listAtMost(api, '/v1/payouts', { limit: 1 });
    if (missing.length === 0 && payouts.items.length > 0) return true;
    throw unfinished();
  }
  const [stranger] = items;
  if (stranger) throw notEmpty(stranger);
  const { adjustable } = await api.get<BusinessClock>('/v1/clock');
  if (!adjustable) throw fixedClock();
  return false;
}

function notAnOperator(): Failure {
  return new Failure('Only an operator can approve the vendors of the demo.', {
    code: 'OPERATOR_REQUIRED',
    exit: exitCodes.notAuthorized,
    next: 'Use the profile of one: mkt seed --as operator',
  });
}

function unfinished(): Failure {
  return new Failure(
    'A part of the demo is there: another `mkt seed` is at work, or one was interrupted.',
    {
      code: 'SEED_UNFINISHED',
      next: 'Wait for it, or begin with a new folder: mkt dev --empty --data DIR',
    },
  );
}

function notEmpty({ name, slug }: Vendor): Failure {
  return new Failure(
    `This marketplace is not empty: ${name} (${slug}) sells here. The demo needs it to itself.`,
    {
      code: 'MARKETPLACE_NOT_EMPTY',
      next: 'Begin with a new folder: mkt dev --empty --data DIR',
    },
  );
}

function fixedClock(): Failure {
  return new Failure('The demo needs a business clock that can be moved, for its past.', {
    code: 'CLOCK_FIXED',
    next: 'Only an installation for development has one: mkt dev --empty',
  });
}

/** What went wrong half-way; the marketplace keeps what was made until then. */
export function seedFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  const { code } = error as { code?: unknown };
  return new Failure(`The demo was not finished: ${error.message}`, {
    code: typeof code === 'string' ? code : 'SEED_FAILED',
    next: 'Begin anew with another folder: mkt dev --empty --data DIR',
    cause: error,
  });
}
