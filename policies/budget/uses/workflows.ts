import { parse } from 'yaml';
import { z } from 'zod';
import type { DeclaredUse } from '../facts.ts';
import type { Fault, ManifestFile } from '../kubernetes/read.ts';
import { parseSchedule, startsInMonth } from '../kubernetes/schedule.ts';

/** How a team works, by the month. */
export interface Pace {
  readonly pushesToMain: number;
  readonly pushesToPullRequests: number;
  readonly manualRuns: number;
  readonly releases: number;
  /** Public repositories run free of charge. */
  readonly isPublic: boolean;
}

/** The most that this repository has been worked on in a month, doubled. */
export const usualPace: Pace = {
  pushesToMain: 120,
  pushesToPullRequests: 240,
  manualRuns: 10,
  releases: 4,
  isPublic: true,
};

const jobSchema = z.looseObject({
  'timeout-minutes': z.number().positive().optional(),
  strategy: z.looseObject({ matrix: z.record(z.string(), z.unknown()).optional() }).optional(),
  steps: z
    .array(z.looseObject({ run: z.string().optional(), uses: z.string().optional() }))
    .optional(),
});
const workflowSchema = z.looseObject({
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
  jobs: z.record(z.string(), jobSchema),
});

/** A job without a limit may run for six hours: that is what it is counted as. */
const longestJobMinutes = 360;
/** A job takes a fraction of its limit, which is set for a bad day. */
const usualShareOfLimit = 0.5;

/** Minutes and builds that the workflows take in a month, from their triggers. */
export function workflowUses(
  files: readonly ManifestFile[],
  pace: Pace,
): { readonly uses: readonly DeclaredUse[]; readonly faults: readonly Fault[] } {
  const uses: DeclaredUse[] = [];
  const faults: Fault[] = [];
  for (const file of files) {
    const workflow = read(file);
    if (workflow.fault) faults.push(workflow.fault);
    else uses.push(...usesOf(file.path, workflow.value, pace));
  }
  const deploys = uses.some(({ limitId }) => limitId === builds);
  return { uses: deploys ? uses : [...uses, noBuilds], faults };
}

const builds = 'cloudflare.pages.builds';
const noBuilds: DeclaredUse = {
  limitId: builds,
  quantity: 0,
  because: 'no workflow deploys a site',
};

type Workflow = z.infer<typeof workflowSchema>;

type ReadWorkflow =
  | { readonly value: Workflow; readonly fault?: undefined }
  | { readonly fault: Fault };

function read({ path, text }: ManifestFile): ReadWorkflow {
  try {
    const parsed = workflowSchema.safeParse(parse(text));
    if (parsed.success) return { value: parsed.data };
    const [issue] = parsed.error.issues;
    const what = `${issue?.path.join('.')}: ${issue?.message}`;
    return { fault: { file: path, line: 1, what } };
  } catch (error) {
    const line = (error as { linePos?: [{ line: number }] }).linePos?.[0].line ?? 1;
    const what = (error as Error).message.split('\n')[0] ?? 'no YAML';
    return { fault: { file: path, line, what } };
  }
}

function usesOf(file: string, { on, jobs }: Workflow, pace: Pace): DeclaredUse[] {
  const name = file.split('/').at(-1) ?? file;
  const runs = runsOf(on, pace);
  const all = Object.values(jobs);
  const minutes = all.reduce((sum, job) => sum + minutesOf(job), 0);
  const source = { file, line: 1 };
  const deployments = all.filter(deploysPages).length;
  const minuteLimit = pace.isPublic ? 'github.actions.public-minutes' : 'github.actions.minutes';
  return [
    {
      limitId: minuteLimit,
      quantity: runs * minutes,
      because: `${name} ${Math.round(runs)} runs x ${Math.round(minutes)} min`,
      source,
    },
    ...(deployments > 0
      ? [
          {
            limitId: builds,
            quantity: runs * deployments,
            because: `${name} ${Math.round(runs)} runs x ${deployments} deployments`,
            source,
          },
        ]
      : []),
  ];
}

function runsOf(on: Workflow['on'], pace: Pace): number {
  const triggers =
    typeof on === 'string'
      ? { [on]: null }
      : Array.isArray(on)
        ? Object.fromEntries(on.map((name) => [name, null]))
        : on;
  return Object.entries(triggers).reduce((sum, [name, options]) => {
    return sum + runsOfTrigger(name, options, pace);
  }, 0);
}

function runsOfTrigger(name: string, options: unknown, pace: Pace): number {
  switch (name) {
    case 'push':
      return onlyTags(options) ? pace.releases : pace.pushesToMain;
    case 'pull_request':
    case 'pull_request_target':
      return pace.pushesToPullRequests;
    case 'schedule':
      return ((options as { cron?: string }[] | null) ?? []).reduce((sum, { cron = '' }) => {
        const schedule = parseSchedule(cron);
        return sum + (schedule ? startsInMonth(schedule) : 0);
      }, 0);
    case 'release':
      return pace.releases;
    case 'workflow_dispatch':
      return pace.manualRuns;
    case 'workflow_run':
      return pace.pushesToMain;
    default:
      return 0;
  }
}

function onlyTags(options: unknown): boolean {
  const { tags, branches } = (options ?? {}) as { tags?: unknown; branches?: unknown };
  return tags !== undefined && branches === undefined;
}

/** Minutes are counted per job and rounded up; a matrix runs each combination. */
function minutesOf(job: z.infer<typeof jobSchema>): number {
  const each = Math.ceil((job['timeout-minutes'] ?? longestJobMinutes) * usualShareOfLimit);
  return each * combinations(job.strategy?.matrix ?? {});
}

function combinations({ include, exclude: _, ...axes }: Record<string, unknown>): number {
  const lists = Object.values(axes).filter(Array.isArray);
  const product = lists.reduce((count, list) => count * Math.max(1, list.length), 1);
  const included = Array.isArray(include) ? include.length : 0;
  return lists.length === 0 ? Math.max(1, included) : product + included;
}

const deploysPages = ({ steps = [] }: z.infer<typeof jobSchema>) =>
  steps.some(({ run = '', uses = '' }) =>
    /wrangler\s+pages\s+(deploy|publish)|cloudflare\/pages-action/.test(`${run} ${uses}`),
  );
