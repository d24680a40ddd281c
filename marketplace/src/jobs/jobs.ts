import type { JobName } from '@mkt/topology';
import type { Job } from './job.ts';

/** Each job by its name; no other job is loaded. */
const loaders: Readonly<Record<JobName, () => Promise<Job>>> = {
  'image-variants': async () => (await import('./image-variants.ts')).imageVariants,
  reindex: async () => (await import('./reindex.ts')).reindex,
  'restore-drill': async () => (await import('./restore-drill.ts')).restoreDrill,
};

export const loadJob = (name: JobName): Promise<Job> => loaders[name]();
