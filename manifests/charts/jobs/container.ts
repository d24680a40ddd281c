import type { JobSpec } from '@mkt/topology';
import type { k8s } from 'cdk8s-plus-33';
import { egressTo, podsOf } from '../../constructs/network.ts';
import { resourcesOf } from '../../constructs/pod.ts';
import { containerSecurity } from '../../constructs/security.ts';
import { jobSecretsOf } from '../../plan/job-settings.ts';
import { otlpHttpPort, servicePort } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { databaseRule } from '../service/network.ts';

interface Given {
  readonly settings: Readonly<Record<string, string>>;
  readonly volumeMounts?: readonly k8s.VolumeMount[];
}

/** The image of the services, with its other program. */
export function jobContainer(job: JobSpec, plan: Plan, given: Given): k8s.Container {
  return {
    name: job.name,
    image: plan.environment.image,
    command: ['node', '/app/job.js'],
    args: [job.name],
    env: [
      ...Object.entries(given.settings).map(([name, value]) => ({ name, value })),
      ...jobSecretsOf(job).map(({ setting, secret, key, optional }) => ({
        name: setting,
        valueFrom: { secretKeyRef: { name: secret, key, optional } },
      })),
    ],
    resources: resourcesOf(job.resources),
    securityContext: containerSecurity(),
    ...(given.volumeMounts ? { volumeMounts: [...given.volumeMounts] } : {}),
  };
}

/** The services that the topology lets it ask, the database it works on, where its lines go. */
export function jobEgress({ asks, worksFor }: JobSpec, plan: Plan): k8s.NetworkPolicyEgressRule[] {
  const service = plan.services.find(({ name }) => name === worksFor);
  const asked = asks.map((name) => podsOf(plan.namespaceOf(plan.contextOf(name)), name));
  return [
    ...(asked.length > 0 ? [egressTo(asked, servicePort)] : []),
    egressTo([podsOf(plan.namespaceOf('monitoring'), 'otel-collector')], otlpHttpPort),
    ...(service ? [databaseRule(service, plan)] : []),
  ];
}
