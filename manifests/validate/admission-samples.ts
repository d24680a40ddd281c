import { type AdmissionRule, admissionPolicies } from '@mkt/policies/admission';
import type { Fields, KubeObject } from '../objects.ts';

/** An object that a policy takes, and the same with one thing that one of its rules forbids. */
export interface AdmissionSample {
  readonly policy: string;
  readonly rule: AdmissionRule;
  readonly good: KubeObject;
  readonly bad: KubeObject;
}

/** One for each rule of each admission policy, made of a rendered service. */
export function admissionSamples(rendered: readonly KubeObject[]): readonly AdmissionSample[] {
  const goodOf = goodObjects(rendered);
  return admissionPolicies.flatMap(({ name: policy, rules }) =>
    rules.map((rule) => {
      const good = goodOf[policy];
      const spoil = spoilers[rule.name];
      if (!good || !spoil) throw new Error(`no sample for ${policy} ${rule.name}`);
      const bad = structuredClone(good);
      spoil(bad);
      return { policy, rule, good, bad };
    }),
  );
}

function goodObjects(rendered: readonly KubeObject[]): Readonly<Record<string, KubeObject>> {
  const own = (kind: string): Fields => {
    const found = rendered.find((one) => one.kind === kind && one.metadata.name === 'order');
    if (!found) throw new Error(`no ${kind} of order is rendered`);
    // By another name it is no second version of what is there.
    return { ...found, metadata: { ...found.metadata, name: 'sample' } };
  };
  const deployment = own('Deployment');
  const { template, selector } = deployment.spec;
  const once = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } };
  const { metadata } = deployment;
  const wrap = (apiVersion: string, kind: string, spec: Fields): KubeObject => ({
    apiVersion,
    kind,
    metadata,
    spec,
  });
  return {
    'mkt-pods': wrap('v1', 'Pod', template.spec),
    'mkt-workloads': wrap('apps/v1', 'Deployment', { ...deployment.spec, selector }),
    'mkt-jobs': wrap('batch/v1', 'Job', { template: once }),
    'mkt-cron-jobs': wrap('batch/v1', 'CronJob', {
      schedule: '0 3 * * *',
      jobTemplate: { spec: { template: once } },
    }),
    'mkt-services': own('Service'),
  };
}

const podSpecOf = (object: Fields): Fields =>
  object.spec.jobTemplate?.spec.template.spec ?? object.spec.template?.spec ?? object.spec;

/** What makes an object fail one rule and no other. */
const spoilers: Readonly<Record<string, (object: Fields) => void>> = {
  'images-by-digest': (one) => {
    podSpecOf(one).containers[0].image = 'docker.io/library/postgres:18';
  },
  'requests-and-limits': (one) => {
    delete podSpecOf(one).containers[0].resources.requests.memory;
  },
  'ordinary-user': (one) => {
    podSpecOf(one).containers[0].securityContext.runAsUser = 0;
  },
  'nothing-to-gain': (one) => {
    podSpecOf(one).containers[0].securityContext.capabilities.drop = ['NET_RAW'];
  },
  'nothing-of-the-node': (one) => {
    const spec = podSpecOf(one);
    spec.volumes = [...(spec.volumes ?? []), { name: 'root', hostPath: { path: '/' } }];
  },
  'context-and-owner': (one) => {
    delete one.metadata.labels['mkt/owner'];
  },
  'no-load-balancer': (one) => {
    one.spec.type = 'LoadBalancer';
  },
};
