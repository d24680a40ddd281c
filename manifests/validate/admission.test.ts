import { admissionPolicies } from '@mkt/policies/admission';
import { describe, expect, test } from 'vitest';
import type { Fields, KubeObject } from '../objects.ts';
import { find, objectsOf } from '../testing.ts';
import { admissionProblems } from './admission.ts';
import { type AdmissionSample, admissionSamples } from './admission-samples.ts';

const rendered = objectsOf();
const deployment = find(rendered, 'Deployment', 'order');
const cases = admissionSamples(rendered).map((sample): [string, string, AdmissionSample] => [
  sample.policy,
  sample.rule.name,
  sample,
]);

describe('an admission policy', () => {
  test.each(cases)(
    '%s passes what is right, and refuses what %s forbids',
    (policy, name, sample) => {
      expect(admissionProblems([sample.good])).toEqual([]);
      const problems = admissionProblems([sample.bad]);
      expect(problems.map(({ what }) => what)).toEqual([`${policy} refuses it: ${name}.`]);
      expect(problems[0]?.remedy).toBe(sample.rule.message);
    },
  );

  test('looks at the containers of the start too', () => {
    const bad = structuredClone(deployment) as Fields;
    const { spec } = bad.spec.template;
    spec.initContainers = [{ ...spec.containers[0], image: 'busybox' }];
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
