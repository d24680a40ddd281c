import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as currentTopology from '@mkt/topology';
import { limitAt, limitsAt, NoSuchLimit, nearest, termsAt } from '../limits/index.ts';
import { assembleFacts } from './assemble.ts';
import { checkOut } from './commit.ts';
import type { CostModel } from './flows.ts';
import { BudgetInputError } from './input-error.ts';
import { type Catalogue, judge } from './judge.ts';
import { differencesOf, type UnitCosts } from './report/difference.ts';
import { type Report, reportOf } from './report/report.ts';
import { unitCosts } from './report/unit-costs.ts';
import { renderedManifests, workflowFiles } from './repository.ts';

export interface CheckOptions {
  /** Folder of the clone. */
  readonly root: string;
  readonly environment: string;
  /** The environment's own unless given. */
  readonly profile?: string | undefined;
  /** Which limits hold: `2026-11-27`. */
  readonly day: string;
  /** What is expected instead of the environment's own traffic. */
  readonly traffic?: currentTopology.Traffic | undefined;
  readonly acknowledged: boolean;
  /** A commit to compare with. */
  readonly base?: string | undefined;
}

/** What of a commit's topology is looked at; older commits lack some of it. */
type Topology = Pick<typeof currentTopology, 'environments' | 'profiles' | 'services'> & {
  readonly costModel?: CostModel;
};

/** Judges an environment as it stands in the clone, and against a commit where one is named. */
export async function checkBudget(options: CheckOptions): Promise<Report> {
  const now = reportFor(currentTopology, options.root, options);
  if (options.base === undefined) return now.report;
  const then = checkOut(options.root, options.base);
  try {
    const before = reportFor(await topologyOf(then.dir, options.base), then.dir, options);
    return {
      ...now.report,
      base: {
        ref: options.base,
        commit: then.commit,
        verdict: before.report.verdict,
        differences: differencesOf(before, now),
      },
    };
  } finally {
    then.remove();
  }
}

async function topologyOf(dir: string, ref: string): Promise<Topology> {
  const entry = pathToFileURL(join(dir, 'packages/topology/src/index.ts')).href;
  const nothing: Partial<Topology> = {};
  const found = (await import(entry).catch(() => nothing)) as Partial<Topology>;
  const { environments, profiles, services } = found;
  if (environments && profiles && services) return { ...found, environments, profiles, services };
  throw new BudgetInputError(`${ref} declares no environments and profiles to compare with.`, {
    code: 'BUDGET_BASE',
    next: 'Name a later commit: git log --oneline -- packages/topology/src/environments.ts',
  });
}

function reportFor(
  topology: Topology,
  root: string,
  options: CheckOptions,
): { readonly report: Report; readonly costs: UnitCosts } {
  const { day, acknowledged } = options;
  const declared = named('environment', options.environment, topology.environments);
  const environment = options.traffic ? { ...declared, traffic: options.traffic } : declared;
  const profileName = options.profile ?? environment.profile;
  const profile = named('profile', profileName, topology.profiles);
  const catalogue = catalogueAt(day);
  const manifests = renderedManifests(root, environment.name);
  // An earlier commit may have none; the one at hand cannot be judged without.
  if (manifests.length === 0 && root === options.root) throw notRendered(environment.name);
  const { facts, faults } = known(() =>
    assembleFacts({
      day,
      environment,
      profile,
      services: topology.services,
      costModel: topology.costModel,
      manifests,
      workflows: workflowFiles(root),
      limitOf: catalogue.limitOf,
    }),
  );
  if (faults.length > 0) {
    throw new BudgetInputError('Some files cannot be read, so nothing is judged.', {
      code: 'BUDGET_INPUT',
      next: 'Correct them, or render them anew: mkt manifests render',
      faults,
    });
  }
  const head = { day, environment: environment.name, profile: profile.name, acknowledged };
  const report = reportOf(head, judge(facts, catalogue, { acknowledged }));
  return { report, costs: unitCosts(topology.costModel, environment) };
}

const notRendered = (environment: string) =>
  new BudgetInputError(`There are no rendered manifests of ${environment}.`, {
    code: 'BUDGET_INPUT',
    next: 'mkt manifests render',
  });

function named<Thing>(kind: string, name: string, all: Readonly<Record<string, Thing>>): Thing {
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found) return found;
  const names = Object.keys(all);
  const [near] = nearest(name, names);
  const meant = near === undefined ? '' : `Did you mean ${near}? `;
  throw new BudgetInputError(`There is no ${kind} ${name}.`, {
    code: 'BUDGET_NAME',
    next: `${meant}One of ${names.join(', ')}.`,
  });
}

function catalogueAt(day: string): Catalogue {
  return {
    limitOf: (id) => known(() => limitAt(id, day)),
    terms: termsAt(day),
    limits: limitsAt(day),
  };
}

/** An allowance that the catalogue does not have on the day is something given wrongly. */
function known<Found>(look: () => Found): Found {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof NoSuchLimit)) throw error;
    throw new BudgetInputError(error.message, {
      code: 'BUDGET_NAME',
      next: 'See what is known: mkt limits list',
      cause: error,
    });
  }
}
