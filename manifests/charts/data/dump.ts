import { keptDumps } from '@mkt/topology';
import type { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { addNightJob } from '../../constructs/night-job.ts';
import { resourcesOf } from '../../constructs/pod.ts';
import { fromSecret } from '../../constructs/program.ts';
import { containerSecurity } from '../../constructs/security.ts';
import { imageRef, images } from '../../images.ts';
import { secretNames } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { dumpScript } from './scripts.ts';

const owned = { name: 'postgres-dump', part: 'data' } as const;
/** The user of PostgreSQL's image. */
export const postgresUser = 999;

/** Dumps lie on PostgreSQL's volume: a claim of their own would wait for its first night. */
export const dumpsVolume: k8s.Volume = {
  name: 'dumps',
  persistentVolumeClaim: { claimName: 'postgres-data' },
};
export const dumpsMount = { name: 'dumps', mountPath: '/dumps', subPath: 'dumps' } as const;

/** A dump every night. */
export function addDump(scope: Construct, plan: Plan, toPostgres: k8s.NetworkPolicyEgressRule) {
  addNightJob(scope, plan, {
    owned,
    schedule: '17 3 * * *',
    deadlineSeconds: 3_600,
    retries: 2,
    user: postgresUser,
    egress: [toPostgres],
    pod: {
      volumes: [dumpsVolume],
      containers: [
        {
          name: owned.name,
          image: imageRef(images.postgres),
          command: ['bash', '-c'],
          args: [dumpScript],
          env: [
            { name: 'PGHOST', value: `postgres.${plan.namespaceOf('data')}` },
            { name: 'PGUSER', value: 'mkt' },
            { name: 'PGDATABASE', value: 'mkt' },
            { name: 'KEPT_DUMPS', value: String(keptDumps) },
            fromSecret('PGPASSWORD', secretNames.postgres, 'password'),
          ],
          resources: resourcesOf({
            cpuRequestMilli: 50,
            cpuLimitMilli: 500,
            memoryRequestMiB: 64,
            memoryLimitMiB: 192,
          }),
          securityContext: containerSecurity(),
          volumeMounts: [dumpsMount],
        },
      ],
    },
  });
}
