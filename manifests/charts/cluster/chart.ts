import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { labelsOf, waveAnnotation } from '../../constructs/labels.ts';
import { priorities, priorityClassOf } from '../../constructs/pod.ts';
import { storageClassName } from '../../constructs/volume.ts';
import { waves } from '../../constructs/waves.ts';

/** What namespaces share: who goes first, and where volumes are. */
export class ClusterChart extends Chart {
  constructor(scope: Construct) {
    super(scope, 'shared');
    const metadata = (name: string) => ({
      name,
      labels: labelsOf({ name, part: 'cluster' }),
      annotations: waveAnnotation(waves.limits),
    });
    for (const [name, { value, what }] of Object.entries(priorities)) {
      const className = priorityClassOf(name as keyof typeof priorities);
      new k8s.KubePriorityClass(this, name, {
        metadata: metadata(className),
        value,
        description: what,
        globalDefault: false,
        preemptionPolicy: 'PreemptLowerPriority',
      });
    }
    new k8s.KubeStorageClass(this, 'storage', {
      metadata: metadata(storageClassName),
      // The provisioner of k3s; on another distribution it is installed first.
      provisioner: 'rancher.io/local-path',
      // A deleted claim leaves its data: it is removed by hand, after a look.
      reclaimPolicy: 'Retain',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: false,
    });
  }
}
