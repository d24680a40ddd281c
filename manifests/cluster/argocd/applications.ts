import type { Fields } from '../../objects.ts';
import type { Finding } from '../checks/read.ts';

/** Applications that are not yet as git says, whole, and of that commit. */
export function unfinishedApplications(
  applications: readonly Fields[],
  { names, revision }: { readonly names: readonly string[]; readonly revision: string },
): readonly Finding[] {
  const byName = new Map(applications.map((one) => [one.metadata.name, one]));
  return names.flatMap((name) => {
    const why = whyUnfinished(byName.get(name), revision);
    return why === undefined ? [] : [{ object: `argocd/Application/${name}`, why }];
  });
}

function whyUnfinished(application: Fields, revision: string): string | undefined {
  if (!application) return 'is not there';
  const {
    sync,
    health,
    operationState,
    conditions = [],
    resources = [],
  } = application.status ?? {};
  const isThere =
    sync?.status === 'Synced' && sync.revision === revision && health?.status === 'Healthy';
  // Between two syncs both may be right while the next one is on its way.
  const isBusy = operationState !== undefined && operationState.phase !== 'Succeeded';
  if (isThere && !isBusy && conditions.length === 0) return undefined;
  const odd = resources
    .filter((one: Fields) => one.status !== 'Synced' || isUnwell(one.health))
    .map((one: Fields) => `${one.kind}/${one.name} ${one.status} ${one.health?.status ?? ''}`);
  return [
    `${sync?.status ?? 'not compared'}, ${health?.status ?? 'no health'}`,
    sync?.revision === revision ? '' : `at ${sync?.revision?.slice(0, 7) ?? 'no commit'}`,
    operationState ? `${operationState.phase}: ${operationState.message ?? ''}` : '',
    ...conditions.map((one: Fields) => `${one.type}: ${one.message}`),
    ...odd.slice(0, 5),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** Of many kinds nothing is known, which is no fault. */
const isUnwell = (health: Fields): boolean => health !== undefined && health.status !== 'Healthy';
