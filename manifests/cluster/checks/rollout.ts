import { createHash } from 'node:crypto';
import type { Fields, KubeObject } from '../../objects.ts';
import { idOf } from '../../objects.ts';
import type { Kubectl } from '../apply.ts';
import { type Finding, listed } from './read.ts';

/** An image of the same name and another digest: what a new version is to the cluster. */
export function nextImage(image: string): string {
  const [name = image] = image.split('@');
  return `${name}@sha256:${createHash('sha256').update(image).digest('hex')}`;
}

/** Gives every program of ours a new version, all at the same moment. */
export async function changeAllImages(kubectl: Kubectl): Promise<readonly Finding[]> {
  const workloads = await listed(kubectl, 'deployments,statefulsets,daemonsets');
  const ours = workloads.filter(({ metadata }) => metadata.namespace !== 'kube-system');
  const refused = await Promise.all(ours.map((one) => changeImages(kubectl, one)));
  return refused.flat();
}

async function changeImages(kubectl: Kubectl, workload: KubeObject): Promise<readonly Finding[]> {
  const { kind, metadata, spec } = workload as Fields;
  const next = (containers: readonly Fields[] = []) =>
    containers.map(({ name, image }) => ({ name, image: nextImage(image) }));
  const pod = {
    containers: next(spec.template.spec.containers),
    initContainers: next(spec.template.spec.initContainers),
  };
  const patch = JSON.stringify({ spec: { template: { spec: pod } } });
  const at = ['-n', metadata.namespace, `${kind}/${metadata.name}`];
  const { exitCode, stderr } = await kubectl(['patch', ...at, '--type=strategic', `-p=${patch}`]);
  return exitCode === 0 ? [] : [{ object: idOf(workload), why: stderr.trim() }];
}

export interface NotMade {
  /** Refused for a moment: a pod that has ended counts until its end is reckoned. */
  readonly waited: number;
  /** Refused for what does not pass by itself. */
  readonly findings: readonly Finding[];
}

/** Pods that were not made at the first try, as the controllers tell it in events. */
export async function podsNotMade(kubectl: Kubectl): Promise<NotMade> {
  const events = await listed(kubectl, 'events');
  const failed = events.filter(({ reason }) => reason === 'FailedCreate');
  const passing = failed.filter(({ message }) => message.includes('exceeded quota'));
  return {
    waited: passing.length,
    findings: failed
      .filter((one) => !passing.includes(one))
      .map(({ involvedObject: { namespace, kind, name }, message }) => ({
        object: `${namespace}/${kind}/${name}`,
        why: message,
      })),
  };
}
