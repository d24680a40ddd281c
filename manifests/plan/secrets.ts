import { contexts } from '@mkt/topology';
import { secretNames } from './names.ts';
import type { Plan } from './plan.ts';
import { secretSettingsOf } from './settings.ts';

/** A Secret that people make before anything is synced: it is in no rendered file. */
export interface SecretNeed {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
  /** Keys that may be missing. */
  readonly optional: readonly string[];
}

/** Every Secret of an environment, by namespace. */
export function secretNeeds(plan: Plan): readonly SecretNeed[] {
  const isInside = contexts.some((one) => plan.environment.databases[one] === 'cluster');
  const isTunnel = plan.profile.ingress === 'tunnel';
  const single = (part: 'data' | 'ingress' | 'monitoring', name: string, key: string) => ({
    namespace: plan.namespaceOf(part),
    name,
    keys: [key],
    optional: [],
  });
  return [
    ...contexts.map((context) => servicesNeed(plan, context)),
    ...(plan.environment.redis === 'valkey'
      ? [single('data', secretNames.valkey, 'password')]
      : []),
    ...(isInside ? [single('data', secretNames.postgres, 'password')] : []),
    isTunnel
      ? single('ingress', secretNames.tunnel, 'token')
      : single('ingress', 'cloudflare-dns', 'token'),
    single('monitoring', secretNames.grafana, 'password'),
  ];
}

function servicesNeed(plan: Plan, context: (typeof contexts)[number]): SecretNeed {
  const settings = plan.services
    .filter((service) => service.context === context)
    .flatMap(secretSettingsOf);
  const keys = (isOptional: boolean): string[] => [
    ...new Set(settings.filter(({ optional }) => optional === isOptional).map(({ key }) => key)),
  ];
  return {
    namespace: plan.namespaceOf(context),
    name: secretNames.services,
    keys: keys(false),
    optional: keys(true),
  };
}
