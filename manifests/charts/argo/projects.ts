import { AppProject } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/AppProject';
import { contexts } from '@mkt/topology';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { labelsOf, waveAnnotation } from '../../constructs/labels.ts';
import { addModel } from '../../constructs/model.ts';
import { applicationWaves } from '../../constructs/waves.ts';
import { argoNamespace } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { clusterServer } from './server.ts';

interface Kind {
  readonly group: string;
  readonly kind: string;
}

const kind = (group: string, ...kinds: readonly string[]): Kind[] =>
  kinds.map((one) => ({ group, kind: one }));

/** What a namespace of ours holds. Secrets are not among it: people seal and apply them. */
const usualKinds: readonly Kind[] = [
  ...kind('', 'ConfigMap', 'LimitRange', 'PersistentVolumeClaim', 'ResourceQuota'),
  ...kind('', 'Service', 'ServiceAccount'),
  ...kind('apps', 'DaemonSet', 'Deployment', 'StatefulSet'),
  ...kind('autoscaling', 'HorizontalPodAutoscaler'),
  ...kind('autoscaling.k8s.io', 'VerticalPodAutoscaler'),
  ...kind('batch', 'CronJob'),
  ...kind('networking.k8s.io', 'NetworkPolicy'),
  ...kind('policy', 'PodDisruptionBudget'),
];

const projects = {
  services: {
    description: 'Namespaces of the bounded contexts, and what runs in them.',
    clusterKinds: kind('', 'Namespace'),
    namespaceKinds: usualKinds,
    namespaces: (plan: Plan) => contexts.map(plan.namespaceOf),
  },
  platform: {
    description: 'What the services stand on: stores, the way in, monitoring, shared rules.',
    clusterKinds: [
      ...kind('', 'Namespace'),
      ...kind(
        'admissionregistration.k8s.io',
        'ValidatingAdmissionPolicy',
        'ValidatingAdmissionPolicyBinding',
      ),
      ...kind('apiextensions.k8s.io', 'CustomResourceDefinition'),
      ...kind('gateway.networking.k8s.io', 'GatewayClass'),
      ...kind('rbac.authorization.k8s.io', 'ClusterRole', 'ClusterRoleBinding'),
      ...kind('scheduling.k8s.io', 'PriorityClass'),
      ...kind('storage.k8s.io', 'StorageClass'),
    ],
    namespaceKinds: [
      ...usualKinds,
      ...kind('cert-manager.io', 'Certificate', 'Issuer'),
      ...kind('gateway.networking.k8s.io', 'Gateway', 'HTTPRoute', 'ReferenceGrant'),
      ...kind('rbac.authorization.k8s.io', 'Role', 'RoleBinding'),
    ],
    // The route's rights and the leave to be routed to are in the gateway's own namespace.
    namespaces: (plan: Plan) =>
      (['data', 'ingress', 'monitoring', 'infrastructure'] as const).map(plan.namespaceOf),
  },
  root: {
    description: 'The list of applications itself.',
    clusterKinds: [],
    namespaceKinds: [...kind('argoproj.io', 'Application', 'AppProject'), ...kind('', 'ConfigMap')],
    namespaces: () => [argoNamespace],
  },
} as const;

export type ProjectName = keyof typeof projects;

export const projectId = (name: ProjectName): string => `mkt-${name}`;

/** Which repository, namespaces and kinds an application may name. */
export class ProjectChart extends Chart {
  constructor(scope: Construct, plan: Plan, names: readonly ProjectName[]) {
    super(scope, 'projects');
    for (const name of names) {
      const { description, clusterKinds, namespaceKinds, namespaces } = projects[name];
      const project = new AppProject({
        metadata: {
          name: projectId(name),
          namespace: argoNamespace,
          labels: labelsOf({ name: projectId(name), part: 'cluster' }),
          annotations: waveAnnotation(applicationWaves.projects),
        },
        spec: {
          description,
          sourceRepos: [plan.environment.repository.url],
          destinations: namespaces(plan).map((namespace) => ({ server: clusterServer, namespace })),
          clusterResourceWhitelist: [...clusterKinds],
          namespaceResourceWhitelist: [...namespaceKinds],
        },
      });
      addModel(this, name, project);
    }
  }
}
