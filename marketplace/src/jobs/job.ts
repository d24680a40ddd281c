import type { Environment, Logger } from '@mkt/service-kit';

/** What a job did, in numbers and names: its last line in the log. */
export type JobReport = Readonly<Record<string, string | number | boolean | null>>;

export interface JobRun {
  readonly env: Environment;
  readonly log: Logger;
  /** Aborted when the job is told to stop: it ends between two steps. */
  readonly signal: AbortSignal;
}

/** Does its work, or throws. Doing it again changes nothing more. */
export type Job = (run: JobRun) => Promise<JobReport>;

/** The work was done and found something wrong, or could not be done: why, and what next. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
  readonly code: string;
  readonly next: string;

  constructor(code: string, message: string, next: string, options?: { cause: unknown }) {
    super(message, options);
    this.code = code;
    this.next = next;
  }
}
