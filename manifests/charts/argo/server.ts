/** The cluster that Argo CD itself runs in. */
export const clusterServer = 'https://kubernetes.default.svc';
