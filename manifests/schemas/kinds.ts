/** Every kind of object that charts make, by the module of its model. A new one is added here. */
export const kindModules = {
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': 'kubernetes-models',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding': 'kubernetes-models',
  'apiextensions.k8s.io/v1/CustomResourceDefinition': 'kubernetes-models',
  'apps/v1/DaemonSet': 'kubernetes-models',
  'apps/v1/Deployment': 'kubernetes-models',
  'apps/v1/StatefulSet': 'kubernetes-models',
  'argoproj.io/v1alpha1/AppProject': '@kubernetes-models/argo-cd',
  'argoproj.io/v1alpha1/Application': '@kubernetes-models/argo-cd',
  'autoscaling/v2/HorizontalPodAutoscaler': 'kubernetes-models',
  'batch/v1/CronJob': 'kubernetes-models',
  'cert-manager.io/v1/Certificate': '@kubernetes-models/cert-manager',
  'cert-manager.io/v1/Issuer': '@kubernetes-models/cert-manager',
  'gateway.networking.k8s.io/v1/Gateway': '@kubernetes-models/gateway-api',
  'gateway.networking.k8s.io/v1/GatewayClass': '@kubernetes-models/gateway-api',
  'gateway.networking.k8s.io/v1/HTTPRoute': '@kubernetes-models/gateway-api',
  'gateway.networking.k8s.io/v1/GRPCRoute': '@kubernetes-models/gateway-api',
  'gateway.networking.k8s.io/v1beta1/ReferenceGrant': '@kubernetes-models/gateway-api',
  'networking.k8s.io/v1/NetworkPolicy': 'kubernetes-models',
  'policy/v1/PodDisruptionBudget': 'kubernetes-models',
  'rbac.authorization.k8s.io/v1/ClusterRole': 'kubernetes-models',
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': 'kubernetes-models',
  'rbac.authorization.k8s.io/v1/Role': 'kubernetes-models',
  'rbac.authorization.k8s.io/v1/RoleBinding': 'kubernetes-models',
  'scheduling.k8s.io/v1/PriorityClass': 'kubernetes-models',
  'storage.k8s.io/v1/StorageClass': 'kubernetes-models',
  'v1/ConfigMap': 'kubernetes-models',
  'v1/LimitRange': 'kubernetes-models',
  'v1/Namespace': 'kubernetes-models',
  'v1/PersistentVolumeClaim': 'kubernetes-models',
  'v1/ResourceQuota': 'kubernetes-models',
  'v1/Secret': 'kubernetes-models',
  'v1/Service': 'kubernetes-models',
  'v1/ServiceAccount': 'kubernetes-models',
} as const;

export type KindId = keyof typeof kindModules;
export const kindIds = Object.keys(kindModules) as KindId[];

/** The module that exports the model of a kind. */
export function modelModule(id: KindId): string {
  return `${kindModules[id]}/${id}`;
}
