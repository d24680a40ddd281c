import type { AdmissionRule } from './model.ts';

// `variables.pod` is the pod or its template, `variables.containers` all its containers.

const everyContainer = (expression: string): string => `variables.containers.all(c, ${expression})`;

export const podRules: readonly AdmissionRule[] = [
  {
    name: 'images-by-digest',
    expression: everyContainer("c.image.matches('@sha256:[0-9a-f]{64}$')"),
    message: 'Name every image by its digest (@sha256:…): a tag may mean another one tomorrow.',
  },
  {
    name: 'requests-and-limits',
    expression: everyContainer(
      'has(c.resources) && has(c.resources.requests) && has(c.resources.limits) && ' +
        "'cpu' in c.resources.requests && 'memory' in c.resources.requests && " +
        "'memory' in c.resources.limits",
    ),
    message: 'Set requests of processor and memory, and a limit of memory, for every container.',
  },
  {
    name: 'ordinary-user',
    expression:
      'has(variables.pod.spec.securityContext) && ' +
      'has(variables.pod.spec.securityContext.runAsNonRoot) && ' +
      'variables.pod.spec.securityContext.runAsNonRoot && ' +
      everyContainer(
        'has(c.securityContext) && ' +
          '(!has(c.securityContext.runAsUser) || c.securityContext.runAsUser != 0) && ' +
          '(!has(c.securityContext.runAsNonRoot) || c.securityContext.runAsNonRoot)',
      ),
    message: 'Run as an ordinary user: runAsNonRoot for the pod, and no container as user 0.',
  },
  {
    name: 'nothing-to-gain',
    expression: everyContainer(
      'has(c.securityContext) && has(c.securityContext.allowPrivilegeEscalation) && ' +
        '!c.securityContext.allowPrivilegeEscalation && ' +
        'has(c.securityContext.readOnlyRootFilesystem) && ' +
        'c.securityContext.readOnlyRootFilesystem && ' +
        'has(c.securityContext.capabilities) && has(c.securityContext.capabilities.drop) && ' +
        "'ALL' in c.securityContext.capabilities.drop && " +
        '(!has(c.securityContext.privileged) || !c.securityContext.privileged)',
    ),
    message:
      'Drop all capabilities, allow no privilege escalation, and make the root read only: what ' +
      'has to be written gets a volume.',
  },
  {
    name: 'nothing-of-the-node',
    expression:
      '(!has(variables.pod.spec.volumes) || ' +
      'variables.pod.spec.volumes.all(v, !has(v.hostPath))) && ' +
      '(!has(variables.pod.spec.hostNetwork) || !variables.pod.spec.hostNetwork) && ' +
      '(!has(variables.pod.spec.hostPID) || !variables.pod.spec.hostPID) && ' +
      '(!has(variables.pod.spec.hostIPC) || !variables.pod.spec.hostIPC)',
    message: "Use no hostPath and none of the node's namespaces: they reach every other pod.",
  },
];
