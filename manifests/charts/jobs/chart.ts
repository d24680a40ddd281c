import type { JobSpec } from '@mkt/topology';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { addNightJob } from '../../constructs/night-job.ts';
import { jobSettingsOf } from '../../plan/job-settings.ts';
import type { Plan } from '../../plan/plan.ts';
import { jobContainer, jobEgress } from './container.ts';

/** A job of a context, in its namespace. */
export class JobChart extends Chart {
  constructor(scope: Construct, job: JobSpec, plan: Plan) {
    super(scope, job.name);
    const settings = jobSettingsOf(job, plan);
    addNightJob(this, plan, {
      owned: { name: job.name, part: job.place },
      schedule: job.schedule,
      deadlineSeconds: job.deadlineSeconds,
      retries: 2,
      egress: jobEgress(job, plan),
      pod: { containers: [jobContainer(job, plan, { settings })] },
    });
  }
}
