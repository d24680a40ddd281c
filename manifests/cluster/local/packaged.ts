import { packagedPrograms } from '@mkt/policies/budget';
import type { KubeObject } from '../../objects.ts';

/** What k3s brings, as big as the budget check takes it to be: it stands where our pods would. */
export function packagedObjects(): readonly KubeObject[] {
  return packagedPrograms.map(({ namespace, name, cpu, memoryMiB, limitMiB }) => {
    const labels = { 'app.kubernetes.io/name': name };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, labels },
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            priorityClassName: 'system-cluster-critical',
            tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }],
            containers: [
              {
                name,
                image: `packaged/${name}`,
                resources: {
                  requests: { cpu: `${cpu}m`, memory: `${memoryMiB}Mi` },
                  limits: { memory: `${limitMiB}Mi` },
                },
              },
            ],
          },
        },
      },
    };
  });
}
