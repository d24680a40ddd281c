import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { labelsOf, waveAnnotation } from '../../constructs/labels.ts';
import { waves } from '../../constructs/waves.ts';
import type { PlatformPart } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';

const read = ['get', 'list', 'watch'];
const gatewayApi = 'gateway.networking.k8s.io';
const routes = ['gateways', 'httproutes', 'grpcroutes', 'referencegrants'];

/** What is read across the cluster: no secrets, and no routes. */
const clusterRules: k8s.PolicyRule[] = [
  { apiGroups: [''], resources: ['namespaces', 'nodes'], verbs: read },
  { apiGroups: [gatewayApi], resources: ['gatewayclasses'], verbs: read },
  { apiGroups: [gatewayApi], resources: ['gatewayclasses/status'], verbs: ['update'] },
];

/** What is read in the two namespaces that it routes for; certificates are secrets. */
const namespaceRules: k8s.PolicyRule[] = [
  { apiGroups: [''], resources: ['services', 'secrets', 'configmaps'], verbs: read },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
  { apiGroups: [gatewayApi], resources: [...routes, 'backendtlspolicies'], verbs: read },
  {
    apiGroups: [gatewayApi],
    resources: ['gateways/status', 'httproutes/status', 'grpcroutes/status'],
    verbs: ['update'],
  },
];

export function addRights(scope: Construct, plan: Plan): void {
  const apiGroup = 'rbac.authorization.k8s.io';
  const subjects = [
    { kind: 'ServiceAccount', name: 'traefik', namespace: plan.namespaceOf('ingress') },
  ];
  const metadata = {
    name: 'mkt-traefik',
    labels: labelsOf({ name: 'traefik', part: 'ingress' }),
    annotations: waveAnnotation(waves.config),
  };
  new k8s.KubeClusterRole(scope, 'cluster-role', { metadata, rules: clusterRules });
  new k8s.KubeClusterRoleBinding(scope, 'cluster-binding', {
    metadata,
    subjects,
    roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
  });
  const parts: readonly (PlatformPart | 'infrastructure')[] = ['ingress', 'infrastructure'];
  for (const part of parts) {
    const there = { ...metadata, namespace: plan.namespaceOf(part) };
    new k8s.KubeRole(scope, `role-${part}`, { metadata: there, rules: namespaceRules });
    new k8s.KubeRoleBinding(scope, `binding-${part}`, {
      metadata: there,
      subjects,
      roleRef: { apiGroup, kind: 'Role', name: there.name },
    });
  }
}
