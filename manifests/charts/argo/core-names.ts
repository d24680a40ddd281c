/** Argo CD's own names for its parts. */
export const argoNames = {
  controller: 'argocd-application-controller',
  repoServer: 'argocd-repo-server',
  redis: 'argocd-redis',
} as const;

export const argoPorts = {
  controllerMetrics: 8_082,
  repoServer: 8_081,
  repoServerMetrics: 8_084,
  redis: 6_379,
} as const;
