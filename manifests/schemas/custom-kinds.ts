import type { CustomKind } from './definition.ts';

const gatewayGroup = 'gateway.networking.k8s.io';

const gatewayKind = (
  kind: string,
  plural: string,
  more: Partial<CustomKind> & Pick<CustomKind, 'schemaOf'>,
): CustomKind => ({
  group: gatewayGroup,
  kind,
  plural,
  scope: 'Namespaced',
  versions: ['v1', 'v1beta1'],
  hasStatus: true,
  // Whoever looks which edition of the API is there, finds the one that Traefik is made for.
  annotations: {
    // The API server asks it of every group of this name. These are made of models, and are not
    // the files that were approved.
    'api-approved.kubernetes.io': 'unapproved, made of the models of Gateway API 1.3',
    'gateway.networking.k8s.io/bundle-version': 'v1.3.0',
    'gateway.networking.k8s.io/channel': 'standard',
  },
  ...more,
});

/** The Gateway API's standard kinds, as version 1.3 serves them. The environment brings them. */
export const gatewayKinds: readonly CustomKind[] = [
  gatewayKind('GatewayClass', 'gatewayclasses', {
    scope: 'Cluster',
    schemaOf: 'gateway.networking.k8s.io/v1/GatewayClass',
  }),
  gatewayKind('Gateway', 'gateways', { schemaOf: 'gateway.networking.k8s.io/v1/Gateway' }),
  gatewayKind('HTTPRoute', 'httproutes', { schemaOf: 'gateway.networking.k8s.io/v1/HTTPRoute' }),
  gatewayKind('GRPCRoute', 'grpcroutes', {
    versions: ['v1'],
    schemaOf: 'gateway.networking.k8s.io/v1/GRPCRoute',
  }),
  gatewayKind('ReferenceGrant', 'referencegrants', {
    versions: ['v1beta1'],
    hasStatus: false,
    schemaOf: 'gateway.networking.k8s.io/v1beta1/ReferenceGrant',
  }),
];
/** What Argo CD reads; made with Argo CD itself, before anything is synced. */
export const argoKinds: readonly CustomKind[] = [
  {
    group: 'argoproj.io',
    kind: 'Application',
    plural: 'applications',
    scope: 'Namespaced',
    versions: ['v1alpha1'],
    schemaOf: 'argoproj.io/v1alpha1/Application',
    // Argo CD writes it with the rest of the object.
    hasStatus: false,
  },
  {
    group: 'argoproj.io',
    kind: 'AppProject',
    plural: 'appprojects',
    scope: 'Namespaced',
    versions: ['v1alpha1'],
    schemaOf: 'argoproj.io/v1alpha1/AppProject',
    hasStatus: false,
  },
];

/** Brought by cert-manager, where a profile needs one; a test cluster gets these instead. */
export const certificateKinds: readonly CustomKind[] = [
  {
    group: 'cert-manager.io',
    kind: 'Certificate',
    plural: 'certificates',
    scope: 'Namespaced',
    versions: ['v1'],
    schemaOf: 'cert-manager.io/v1/Certificate',
    hasStatus: true,
  },
  {
    group: 'cert-manager.io',
    kind: 'Issuer',
    plural: 'issuers',
    scope: 'Namespaced',
    versions: ['v1'],
    schemaOf: 'cert-manager.io/v1/Issuer',
    hasStatus: true,
  },
];
