import { createHash } from 'node:crypto';
import type { ServiceSpec } from '@mkt/topology';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { metadataIn } from '../../constructs/labels.ts';
import { waves } from '../../constructs/waves.ts';
import type { Plan } from '../../plan/plan.ts';
import { settingsOf } from '../../plan/settings.ts';

export const configName = ({ name }: ServiceSpec): string => `${name}-settings`;

export function addConfig(scope: Construct, service: ServiceSpec, plan: Plan): void {
  const owned = { name: configName(service), part: service.context };
  new k8s.KubeConfigMap(scope, 'settings', {
    metadata: metadataIn(plan, owned, waves.config),
    data: settingsOf(service, plan),
  });
}

/** Changes with the settings, so that a changed setting starts the pods anew. */
export function configVersion(service: ServiceSpec, plan: Plan): string {
  const text = JSON.stringify(settingsOf(service, plan));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
