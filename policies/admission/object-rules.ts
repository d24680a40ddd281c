import type { AdmissionRule } from './model.ts';

export const ownerRules: readonly AdmissionRule[] = [
  {
    name: 'context-and-owner',
    expression:
      'has(object.metadata.labels) && ' +
      "'mkt/context' in object.metadata.labels && 'mkt/owner' in object.metadata.labels",
    message: 'Label it with mkt/context and mkt/owner, so that somebody can be asked about it.',
  },
];

export const serviceRules: readonly AdmissionRule[] = [
  {
    name: 'no-load-balancer',
    expression:
      "(!has(object.spec.type) || object.spec.type != 'LoadBalancer') && " +
      '(!has(object.spec.externalIPs) || object.spec.externalIPs.size() == 0)',
    message:
      'Make no load balancer from inside the cluster: the free one is planned elsewhere, and a ' +
      'second one costs money.',
  },
];
