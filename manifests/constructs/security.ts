import type { k8s } from 'cdk8s-plus-33';

/** A number that no program on the node has. Volumes are handed to its group. */
const nobody = 10_001;

/** Rules for the whole pod: an ordinary user, and only the usual system calls. */
export function podSecurity(user: number = nobody): k8s.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    // Changing the owner of every file of a volume at each start takes minutes once it is full.
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** Rules for a container: nothing to gain, nothing to write but its volumes. */
export function containerSecurity(): k8s.SecurityContext {
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
  };
}
