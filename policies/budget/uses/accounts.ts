import { contexts, type Environment, type ServiceSpec } from '@mkt/topology';
import type { DeclaredUse } from '../facts.ts';
import { usesIn } from './declared.ts';

const use = usesIn('packages/topology/src/environments.ts');

/** Projects, clusters, databases and sites that an environment has of each provider. */
export function accountUses(
  { databases, redis, host }: Environment,
  services: readonly ServiceSpec[],
): DeclaredUse[] {
  const onNeon = contexts.filter((context) => databases[context] === 'neon');
  const withDocuments = services.filter(({ stores }) => stores.includes('documents'));
  // A commit before they were declared had one each.
  const collections = withDocuments.flatMap(({ name, collections: own = [name] }) => own);
  const clusters = withDocuments.length > 0 ? 1 : 0;
  return [
    use('neon.projects.count', onNeon.length, `one each: ${onNeon.join(', ') || 'no context'}`),
    ...onNeon.map((context) =>
      use('neon.branches.count', 1, 'the main branch; previews have none', context),
    ),
    use('atlas.clusters.count', clusters, clusters === 0 ? 'no documents' : 'one cluster'),
    use('atlas.databases.count', clusters, clusters === 0 ? 'no documents' : 'one database'),
    use('atlas.collections.count', collections.length, `declared: ${collections.join(', ')}`),
    use('atlas.search-indexes.count', 0, 'the search service has an index of its own'),
    use('atlas.backups.count', 0, 'dumps are made by jobs of our own'),
    use('upstash.databases.count', redis === 'upstash' ? 1 : 0, `Redis is ${redis}`),
    use('cloudflare.pages.projects', 1, 'the storefront'),
    use('cloudflare.pages.domains', 1, host),
  ];
}

const images = { kept: 10, architectures: 2, largestGb: 0.13 } as const;

/** Images that stay in the registry: the weekly run keeps so many versions of the one image. */
export const registryUses: readonly DeclaredUse[] = [
  {
    limitId: 'github.registry.storage',
    quantity: images.kept * images.architectures * images.largestGb,
    because: `${images.kept} versions x ${images.architectures} architectures x ${images.largestGb} GB`,
    source: { file: '.github/workflows/prune.yml', line: 1 },
  },
];
