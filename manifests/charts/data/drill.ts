import { jobSpec } from '@mkt/topology';
import type { Construct } from 'constructs';
import { addNightJob } from '../../constructs/night-job.ts';
import { resourcesOf } from '../../constructs/pod.ts';
import { storage } from '../../constructs/quantity.ts';
import { containerSecurity } from '../../constructs/security.ts';
import { imageRef, images } from '../../images.ts';
import { jobSettingsOf } from '../../plan/job-settings.ts';
import type { Plan } from '../../plan/plan.ts';
import { jobContainer, jobEgress } from '../jobs/container.ts';
import { dumpsMount, dumpsVolume, postgresUser } from './dump.ts';
import { restoreScript, scratchArguments, scratchDatabase, scratchUser } from './scripts.ts';

const job = jobSpec('restore-drill');
const folder = '/scratch';

const serverResources = resourcesOf({
  cpuRequestMilli: 50,
  cpuLimitMilli: 500,
  memoryRequestMiB: 128,
  memoryLimitMiB: 256,
});

/**
 * Restores the newest dump into a server that lives for it, beside the one that proves it. No
 * server but that one can be reached.
 */
export function addDrill(scope: Construct, plan: Plan): void {
  const { drillScratchGiB } = plan.profile;
  const scratch = { name: 'scratch', mountPath: folder };
  const postgres = {
    image: imageRef(images.postgres),
    resources: serverResources,
    securityContext: containerSecurity(),
  };
  addNightJob(scope, plan, {
    owned: { name: job.name, part: 'data' },
    schedule: job.schedule,
    deadlineSeconds: job.deadlineSeconds,
    retries: 1,
    user: postgresUser,
    egress: jobEgress(job, plan),
    pod: {
      volumes: [
        dumpsVolume,
        { name: scratch.name, emptyDir: { sizeLimit: storage(drillScratchGiB) } },
      ],
      initContainers: [
        {
          ...postgres,
          name: 'restore',
          command: ['bash', '-c'],
          args: [restoreScript, 'restore', ...scratchArguments(folder, '')],
          volumeMounts: [{ ...dumpsMount, readOnly: true }, scratch],
        },
        {
          ...postgres,
          name: 'scratch-server',
          // Beside the job for as long as that runs.
          restartPolicy: 'Always',
          command: ['postgres'],
          args: [...scratchArguments(folder, '127.0.0.1')],
          startupProbe: {
            exec: { command: ['pg_isready', '-h', '127.0.0.1', '-U', scratchUser] },
            periodSeconds: 2,
            timeoutSeconds: 5,
            failureThreshold: 150,
          },
          volumeMounts: [scratch],
        },
      ],
      containers: [
        jobContainer(job, plan, {
          settings: {
            ...jobSettingsOf(job, plan),
            DATABASE_URL: `postgres://${scratchUser}@127.0.0.1:5432/${scratchDatabase}`,
            DUMP_ROWS: `${folder}/rows`,
          },
          volumeMounts: [{ ...scratch, readOnly: true }],
        }),
      ],
    },
  });
}
