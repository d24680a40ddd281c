import { admissionPolicies } from '@mkt/policies/admission';
import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { labelsOf, waveAnnotation } from '../../constructs/labels.ts';
import { waves } from '../../constructs/waves.ts';
import { labelKeys } from '../../plan/names.ts';

/** The same rules that `mkt manifests validate` evaluates, for what comes by any other way. */
export class AdmissionChart extends Chart {
  constructor(scope: Construct) {
    super(scope, 'policies');
    for (const { name, target, variables, rules } of admissionPolicies) {
      const metadata = (wave: number) => ({
        name,
        labels: labelsOf({ name, part: 'cluster' }),
        annotations: waveAnnotation(wave),
      });
      new k8s.KubeValidatingAdmissionPolicy(this, name, {
        metadata: metadata(waves.policies),
        spec: {
          failurePolicy: 'Fail',
          matchConstraints: {
            resourceRules: [
              {
                apiGroups: [...target.apiGroups],
                apiVersions: [...target.apiVersions],
                operations: ['CREATE', 'UPDATE'],
                resources: [...target.resources],
              },
            ],
          },
          variables: [...variables],
          validations: rules.map(({ expression, message }) => ({ expression, message })),
        },
      });
      new k8s.KubeValidatingAdmissionPolicyBinding(this, `${name}-binding`, {
        metadata: metadata(waves.config),
        spec: {
          policyName: name,
          validationActions: ['Deny'],
          matchResources: {
            namespaceSelector: { matchLabels: { [labelKeys.partOf]: 'mkt' } },
          },
        },
      });
    }
  }
}
