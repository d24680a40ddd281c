/** The parts of a GitHub workflow that the rules look at. */
export type Workflow = {
  readonly permissions?: string | Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
};

type Job = {
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly services?: Readonly<Record<string, { readonly image: string }>>;
  readonly steps: readonly Step[];
};

type Step = {
  readonly uses?: string;
  readonly run?: string;
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
    ...(job['runs-on'].endsWith('-latest')
      ? [`runs on ${job['runs-on']}, which changes by itself`]
      : []),
    ...Object.values(job.services ?? {}).flatMap(({ image }) =>
      EXACT_IMAGE.test(image) ? [] : [`runs ${image}, which names no exact version`],
    ),
    ...job.steps.flatMap(faultsOfStep),
  ];
}

function faultsOfStep({ uses, with: inputs }: Step): readonly string[] {
  if (uses === undefined || uses.startsWith('./')) return [];
  if (!/@[0-9a-f]{40}$/.test(uses)) return [`uses ${uses}, not a commit`];
  const keepsToken =
    uses.startsWith('actions/checkout@') && inputs?.['persist-credentials'] !== false;
  return keepsToken ? ['leaves the token in the checkout'] : [];
}
