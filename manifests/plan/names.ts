import type { Context } from '@mkt/topology';

/** Parts of the cluster that belong to no bounded context, each with a namespace of its own. */
export const platformParts = ['data', 'ingress', 'monitoring', 'argocd'] as const;
export type PlatformPart = (typeof platformParts)[number];

export type NamespacePart = Context | PlatformPart;

/** Where Argo CD is, and the applications that it syncs. */
export const argoNamespace = 'argocd';
/** Where every distribution runs the cluster's DNS and metrics-server. */
export const systemNamespace = 'kube-system';

/** Keys of our own labels and annotations. */
export const labelKeys = {
  name: 'app.kubernetes.io/name',
  partOf: 'app.kubernetes.io/part-of',
  context: 'mkt/context',
  owner: 'mkt/owner',
} as const;

/** Set on every namespace by the API server itself, so that it cannot be claimed by another. */
export const namespaceNameLabel = 'kubernetes.io/metadata.name';

export const servicePort = 8080;
export const valkeyPort = 6379;
export const postgresPort = 5432;
export const mongoPort = 27_017;
export const otlpHttpPort = 4318;

export const secretNames = {
  services: 'services',
  valkey: 'valkey',
  postgres: 'postgres',
  tunnel: 'tunnel',
  grafana: 'grafana',
} as const;
