import type { Context, Resources, ServiceName } from './model.ts';

export const jobNames = ['image-variants', 'reindex', 'restore-drill'] as const;
export type JobName = (typeof jobNames)[number];

/** Useful work that is done at night, when nobody waits for the processor. */
export interface JobSpec {
  readonly name: JobName;
  /** The context whose rows it works on, or the store that it looks after. */
  readonly place: Context | 'data';
  /** When it starts, as cron in UTC: no sooner than the deadline of the one before has passed. */
  readonly schedule: string;
  /** After so long it is stopped; the next night goes on. */
  readonly deadlineSeconds: number;
  /** Services that it asks to do the work. */
  readonly asks: readonly ServiceName[];
  /** The service whose database and files it works on, with that service's own code. */
  readonly worksFor?: ServiceName;
  readonly resources: Resources;
}

/** In the order of the night; the dump is between them, at 03:17. */
export const jobs: readonly JobSpec[] = [
  {
    name: 'image-variants',
    place: 'discovery',
    schedule: '47 0 * * *',
    deadlineSeconds: 6_000,
    asks: [],
    worksFor: 'product',
    // The largest picture that is unpacked takes 500 MiB.
    resources: {
      cpuRequestMilli: 50,
      cpuLimitMilli: 1_000,
      memoryRequestMiB: 192,
      memoryLimitMiB: 640,
    },
  },
  {
    name: 'reindex',
    place: 'discovery',
    schedule: '37 2 * * *',
    deadlineSeconds: 1_800,
    asks: ['search'],
    resources: {
      cpuRequestMilli: 10,
      cpuLimitMilli: 200,
      memoryRequestMiB: 64,
      memoryLimitMiB: 128,
    },
  },
  {
    name: 'restore-drill',
    place: 'data',
    schedule: '27 4 * * *',
    deadlineSeconds: 5_400,
    asks: [],
    resources: {
      cpuRequestMilli: 50,
      cpuLimitMilli: 500,
      memoryRequestMiB: 96,
      memoryLimitMiB: 192,
    },
  },
];

export function jobSpec(name: JobName): JobSpec {
  const spec = jobs.find((job) => job.name === name);
  if (!spec) throw new Error(`No job named ${name} in the topology`);
  return spec;
}
