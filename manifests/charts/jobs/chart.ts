import type { JobSpec } from '@mkt/topology';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { addNightJob } from '../../constructs/night-job.ts';
import { memory } from '../../constructs/quantity.ts';
import { jobSettingsOf } from '../../plan/job-settings.ts';
import type { Plan } from '../../plan/plan.ts';
import { filesVolume } from '../service/files.ts';
import { jobContainer, jobEgress } from './container.ts';

/** Where a picture is unpacked that is too large for memory. */
const scratch = { name: 'scratch', mountPath: '/tmp' } as const;
const scratchMiB = 512;

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
      pod: podOf(job, plan, settings),
    });
  }
}

function podOf(job: JobSpec, plan: Plan, settings: Readonly<Record<string, string>>) {
  const service = plan.services.find(({ name }) => name === job.worksFor);
  const files = service && filesVolume(service);
  if (!files) return { containers: [jobContainer(job, plan, { settings })] };
  return {
    // One claim for both: its volume is on one node, and so are they.
    volumes: [files.volume, { name: scratch.name, emptyDir: { sizeLimit: memory(scratchMiB) } }],
    containers: [jobContainer(job, plan, { settings, volumeMounts: [files.mount, scratch] })],
  };
}
