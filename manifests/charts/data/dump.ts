import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { labelsOf, metadataIn, selectorOf } from '../../constructs/labels.ts';
import { podDefaults, resourcesOf } from '../../constructs/pod.ts';
import { fromSecret } from '../../constructs/program.ts';
import { containerSecurity } from '../../constructs/security.ts';
import { waves } from '../../constructs/waves.ts';
import { imageRef, images } from '../../images.ts';
import { secretNames } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';

const owned = { name: 'postgres-dump', part: 'data' } as const;
const kept = 14;

/** A dump every night, written beside and named when it is whole; a fortnight of them is kept. */
export function addDump(scope: Construct, plan: Plan, toPostgres: k8s.NetworkPolicyEgressRule) {
  const metadata = (wave: number) => metadataIn(plan, owned, wave);
  new k8s.KubeNetworkPolicy(scope, 'dump-network', {
    metadata: metadata(waves.policies),
    spec: {
      podSelector: { matchLabels: selectorOf(owned.name) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [toPostgres],
    },
  });
  new k8s.KubeServiceAccount(scope, 'dump-account', {
    metadata: metadata(waves.config),
    automountServiceAccountToken: false,
  });
  new k8s.KubeCronJob(scope, 'dump', {
    metadata: metadata(waves.programs),
    spec: {
      schedule: '17 3 * * *',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3_600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 2,
          activeDeadlineSeconds: 3_600,
          template: { metadata: { labels: labelsOf(owned) }, spec: pod(plan) },
        },
      },
    },
  });
}

function pod(plan: Plan): k8s.PodSpec {
  return {
    ...podDefaults({ name: owned.name, priority: 'batch', user: 999 }),
    restartPolicy: 'Never',
    // A claim of its own would wait for its first night, and the application with it.
    volumes: [{ name: 'dumps', persistentVolumeClaim: { claimName: 'postgres-data' } }],
    containers: [
      {
        name: owned.name,
        image: imageRef(images.postgres),
        command: ['bash', '-c'],
        args: [script],
        env: [
          { name: 'PGHOST', value: `postgres.${plan.namespaceOf('data')}` },
          { name: 'PGUSER', value: 'mkt' },
          { name: 'PGDATABASE', value: 'mkt' },
          fromSecret('PGPASSWORD', secretNames.postgres, 'password'),
        ],
        resources: resourcesOf({
          cpuRequestMilli: 50,
          cpuLimitMilli: 500,
          memoryRequestMiB: 64,
          memoryLimitMiB: 192,
        }),
        securityContext: containerSecurity(),
        volumeMounts: [{ name: 'dumps', mountPath: '/dumps', subPath: 'dumps' }],
      },
    ],
  };
}

// A dump that pg_restore cannot list is none: it is found tonight and not on the day it is needed.
const script = [
  'set -euo pipefail',
  'name="/dumps/mkt-$(date -u +%Y-%m-%dT%H%M).dump"',
  'rm -f /dumps/*.part',
  'pg_dump --format=custom --compress=zstd:6 --file="$name.part"',
  'pg_restore --list "$name.part" > /dev/null',
  'mv "$name.part" "$name"',
  `ls -1t /dumps/*.dump | tail -n +${kept + 1} | xargs -r rm --`,
  'ls -l "$name"',
].join('\n');
