import { type AdmissionRule, admissionPolicies } from '@mkt/policies/admission';
import { describe, expect, test } from 'vitest';
import type { Fields, KubeObject } from '../objects.ts';
import { find, objectsOf } from '../testing.ts';
import { admissionProblems } from './admission.ts';

const rendered = objectsOf();
const deployment = find(rendered, 'Deployment', 'order');
const template = deployment.spec.template;
const wrapped: Readonly<Record<string, KubeObject>> = {
  'mkt-pods': { ...deployment, apiVersion: 'v1', kind: 'Pod', ...template },
  'mkt-workloads': deployment,
  'mkt-jobs': { ...deployment, apiVersion: 'batch/v1', kind: 'Job', spec: { template } },
  'mkt-cron-jobs': {
    ...deployment,
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    spec: { jobTemplate: { spec: { template } } },
  },
  'mkt-services': find(rendered, 'Service', 'order'),
};

const podOf = (object: Fields): Fields =>
  object.spec.jobTemplate?.spec.template.spec ?? object.spec.template?.spec ?? object.spec;

/** What makes an object fail one rule and no other. */
const spoilers: Readonly<Record<string, (object: Fields) => void>> = {
  'images-by-digest': (one) => {
    podOf(one).containers[0].image = 'docker.io/library/postgres:18';
  },
  'requests-and-limits': (one) => {
    delete podOf(one).containers[0].resources.requests.memory;
  },
  'ordinary-user': (one) => {
    podOf(one).containers[0].securityContext.runAsUser = 0;
  },
  'nothing-to-gain': (one) => {
    podOf(one).containers[0].securityContext.capabilities.drop = ['NET_RAW'];
  },
  'nothing-of-the-node': (one) => {
    podOf(one).volumes = [{ name: 'root', hostPath: { path: '/' } }];
  },
  'context-and-owner': (one) => {
    delete one.metadata.labels['mkt/owner'];
  },
  'no-load-balancer': (one) => {
    one.spec.type = 'LoadBalancer';
  },
};

const cases = admissionPolicies.flatMap((policy) =>
  policy.rules.map((rule): [string, string, AdmissionRule] => [policy.name, rule.name, rule]),
);

describe('an admission policy', () => {
  test.each(cases)('%s passes what is right, and refuses what %s forbids', (policy, name, rule) => {
    const good = wrapped[policy];
    const spoil = spoilers[name];
    if (!good || !spoil) throw new Error(`no sample for ${policy} ${name}`);
    expect(admissionProblems([good])).toEqual([]);
    const bad = structuredClone(good);
    spoil(bad);
    const problems = admissionProblems([bad]);
    expect(problems.map(({ what }) => what)).toEqual([`${policy} refuses it: ${name}.`]);
    expect(problems[0]?.remedy).toBe(rule.message);
  });

  test('looks at the containers of the start too', () => {
    const bad = structuredClone(deployment) as Fields;
    podOf(bad).initContainers = [{ ...podOf(bad).containers[0], image: 'busybox' }];
    expect(admissionProblems([bad])[0]?.what).toContain('images-by-digest');
  });

  test('refuses a pod that says nothing of itself', () => {
    const bare: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'bare', namespace: 'sales' },
      spec: { containers: [{ name: 'bare', image: 'busybox' }] },
    };
    expect(admissionProblems([bare]).map(({ what }) => what.split(': ')[1])).toEqual([
      'images-by-digest.',
      'requests-and-limits.',
      'ordinary-user.',
      'nothing-to-gain.',
    ]);
  });

  test('is rendered with a binding for our namespaces alone', () => {
    for (const { name } of admissionPolicies) {
      const { spec } = find(rendered, 'ValidatingAdmissionPolicyBinding', name);
      expect(spec.policyName).toBe(name);
      expect(spec.validationActions).toEqual(['Deny']);
      expect(spec.matchResources.namespaceSelector.matchLabels).toEqual({
        'app.kubernetes.io/part-of': 'mkt',
      });
    }
  });
});
