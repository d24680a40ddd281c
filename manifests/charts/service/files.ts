import type { ServiceSpec } from '@mkt/topology';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { metadataIn } from '../../constructs/labels.ts';
import { memory } from '../../constructs/quantity.ts';
import { volumeClaimSpec } from '../../constructs/volume.ts';
import { waves } from '../../constructs/waves.ts';
import type { Plan } from '../../plan/plan.ts';

const volumeName = 'files';
const scratchMiB = 16;

/** Every service but the gateway has a folder for files; most keep nothing in it. */
export function filesVolume(
  service: ServiceSpec,
): { readonly volume: k8s.Volume; readonly mount: k8s.VolumeMount } | undefined {
  if (service.name === 'gateway') return undefined;
  const mount = { name: volumeName, mountPath: '/data/files' };
  if (service.filesGiB > 0) {
    const claim = { claimName: claimName(service) };
    return { volume: { name: volumeName, persistentVolumeClaim: claim }, mount };
  }
  const sizeLimit = memory(scratchMiB);
  return { volume: { name: volumeName, emptyDir: { sizeLimit } }, mount };
}

export function addFilesClaim(scope: Construct, service: ServiceSpec, plan: Plan): void {
  if (service.filesGiB === 0) return;
  const owned = { name: claimName(service), part: service.context };
  // With its program: a claim is only bound when a pod that uses it is placed.
  new k8s.KubePersistentVolumeClaim(scope, 'files', {
    metadata: metadataIn(plan, owned, waves.programs + plan.waveOfService(service.name)),
    spec: volumeClaimSpec(service.filesGiB),
  });
}

const claimName = ({ name }: ServiceSpec): string => `${name}-files`;
