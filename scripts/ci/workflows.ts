/** The parts of a GitHub workflow that the rules look at. */
export type Workflow = {
  readonly permissions?: string | Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
};

type Job = {
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: string | Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, unknown>> };
  readonly services?: Readonly<Record<string, { readonly image: string }>>;
  readonly steps: readonly Step[];
};

type Step = {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
};

const MAX_MINUTES = 60;
/** A digest, or a version of three numbers. */
const EXACT_IMAGE = /(@sha256:[0-9a-f]{64}|:\d+\.\d+\.\d+)$/;

/**
 * What is wrong with a workflow. A tag can be moved to other code after review, a commit cannot;
 * a token with the right to write, or one left in the checkout, is there for every dependency to
 * take; a job without a limit of its own is stopped after six hours.
 */
export function faultsOf(workflow: Workflow): readonly string[] {
  return [
    ...(readsAlone(workflow.permissions) ? [] : ['the default rights are more than reading']),
    ...(workflow.concurrency === undefined ? ['there is no concurrency group'] : []),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) =>
      faultsOfJob(job).map((fault) => `${name} ${fault}`),
    ),
  ];
}

const readsAlone = (permissions: Workflow['permissions']): boolean =>
  typeof permissions === 'object' &&
  Object.values(permissions).every((right) => right === 'read' || right === 'none');

function faultsOfJob(job: Job): readonly string[] {
  const minutes = job['timeout-minutes'] ?? Number.POSITIVE_INFINITY;
  return [
    ...(minutes <= MAX_MINUTES ? [] : [`has no timeout of at most ${MAX_MINUTES} minutes`]),
    ...machinesOf(job).flatMap((machine) =>
      /-\d+\.\d+(-arm)?$/.test(machine) ? [] : [`runs on ${machine}, which changes by itself`],
    ),
    ...(typeof job.permissions === 'string' ? [`has the rights ${job.permissions}`] : []),
    ...Object.values(job.services ?? {}).flatMap(({ image }) =>
      EXACT_IMAGE.test(image) ? [] : [`runs ${image}, which names no exact version`],
    ),
    ...job.steps.flatMap(faultsOfStep),
  ];
}

/** What a job runs on: one machine, or those that its matrix names. */
function machinesOf({ 'runs-on': machine, strategy }: Job): readonly string[] {
  const key = /^\$\{\{ matrix\.(\w+) \}\}$/.exec(machine)?.[1];
  if (key === undefined) return [machine];
  const { include = [], [key]: axis = [] } = strategy?.matrix ?? {};
  const rows = include as readonly Readonly<Record<string, unknown>>[];
  const named = [...(axis as readonly unknown[]), ...rows.map((row) => row[key])];
  return named.length === 0 ? [machine] : named.map(String);
}

/**
 * Who may do what beyond reading: `job: right`. A right is a decision, so that a test lists them
 * all.
 */
export function writersOf({ jobs }: Workflow): readonly string[] {
  return Object.entries(jobs).flatMap(([name, { permissions = {} }]) =>
    Object.entries(permissions)
      .filter(([, right]) => right === 'write')
      .map(([what]) => `${name}: ${what}`),
  );
}

function faultsOfStep({ uses, run, with: inputs }: Step): readonly string[] {
  // What is put into a script becomes part of it, a branch's name for instance: `env` is not.
  if (run?.includes('${{')) return ['puts an expression into a script'];
  if (uses === undefined || uses.startsWith('./')) return [];
  if (!/@[0-9a-f]{40}$/.test(uses)) return [`uses ${uses}, not a commit`];
  const keepsToken =
    uses.startsWith('actions/checkout@') && inputs?.['persist-credentials'] !== false;
  return keepsToken ? ['leaves the token in the checkout'] : [];
}
