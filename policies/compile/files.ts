import { contexts, environments, profiles } from '@mkt/topology';
import { stringify } from 'yaml';
import { alertRules } from './alert-rules.ts';
import { compileDay } from './day.ts';
import { namespaceQuota } from './namespace-quota.ts';
import { ociQuotaPolicy } from './oci-quota.ts';
import { tokenBuckets } from './token-buckets.ts';

export interface CompiledFile {
  /** Below `policies/compiled/`. */
  readonly path: string;
  readonly content: string;
}

const source = 'Compiled from policies/limits and the topology: mkt policy compile. Not by hand.';

/** All that follows from the limits catalogue: the same bytes for the same sources. */
export function compiledFiles(day: string = compileDay()): readonly CompiledFile[] {
  const walls = Object.values(profiles)
    .filter(({ provider }) => provider === 'oracle')
    .map((profile) => ({
      path: `oci-quota.${profile.name}.json`,
      content: json(ociQuotaPolicy(profile, { day })),
    }));
  const alerts = Object.values(environments).map((environment) => ({
    path: `alert-rules.${environment.name}.yaml`,
    content: yaml(alertRules(environment, day)),
  }));
  const quotas = contexts.flatMap((context) => Object.values(namespaceQuota(context)));
  return [
    ...walls,
    { path: 'kubernetes-quotas.yaml', content: yaml(...quotas) },
    { path: 'token-buckets.json', content: json(tokenBuckets(day)) },
    ...alerts,
  ];
}

const json = (value: object): string =>
  `${JSON.stringify({ $comment: source, ...value }, null, 2)}\n`;

const yaml = (...documents: readonly object[]): string =>
  `# ${source}\n${documents.map((one) => stringify(one, { lineWidth: 0 })).join('---\n')}`;
