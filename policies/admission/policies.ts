import type { AdmissionPolicy, AdmissionTarget } from './model.ts';
import { ownerRules, serviceRules } from './object-rules.ts';
import { podRules } from './pod-rules.ts';

// A target of its own for each place of the pod: an expression that names a field which one of the
// kinds does not have is reported by the API server as a mistake.
const podTargets: readonly AdmissionTarget[] = [
  {
    name: 'pods',
    apiGroups: [''],
    apiVersions: ['v1'],
    resources: ['pods'],
    kinds: ['Pod'],
    pod: 'object',
  },
  {
    name: 'workloads',
    apiGroups: ['apps'],
    apiVersions: ['v1'],
    resources: ['deployments', 'statefulsets', 'daemonsets'],
    kinds: ['Deployment', 'StatefulSet', 'DaemonSet'],
    pod: 'object.spec.template',
  },
  {
    name: 'jobs',
    apiGroups: ['batch'],
    apiVersions: ['v1'],
    resources: ['jobs'],
    kinds: ['Job'],
    pod: 'object.spec.template',
  },
  {
    name: 'cron-jobs',
    apiGroups: ['batch'],
    apiVersions: ['v1'],
    resources: ['cronjobs'],
    kinds: ['CronJob'],
    pod: 'object.spec.jobTemplate.spec.template',
  },
];

const services: AdmissionTarget = {
  name: 'services',
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['services'],
  kinds: ['Service'],
};

/** All of them; each is one ValidatingAdmissionPolicy and one binding. */
export const admissionPolicies: readonly AdmissionPolicy[] = [
  ...podTargets.map((target) => ({
    name: `mkt-${target.name}`,
    target,
    variables: [
      { name: 'pod', expression: target.pod ?? 'object' },
      {
        name: 'containers',
        expression:
          'variables.pod.spec.containers + (has(variables.pod.spec.initContainers) ? ' +
          'variables.pod.spec.initContainers : [])',
      },
    ],
    // Pods of a job carry labels of their own; who made them carries ours.
    rules: target.name === 'pods' ? podRules : [...podRules, ...ownerRules],
  })),
  {
    name: 'mkt-services',
    target: services,
    variables: [],
    rules: [...serviceRules, ...ownerRules],
  },
];
