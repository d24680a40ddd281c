import type { k8s } from 'cdk8s-plus-33';
import { storage } from './quantity.ts';

/** Our own class, so that no manifest relies on what a distribution takes for the default. */
export const storageClassName = 'mkt-node';

/** A volume on the node's disk, for one node at a time. */
export function volumeClaimSpec(sizeGiB: number): k8s.PersistentVolumeClaimSpec {
  return {
    accessModes: ['ReadWriteOnce'],
    storageClassName,
    resources: { requests: { storage: storage(sizeGiB) } },
  };
}
