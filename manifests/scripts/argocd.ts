// `npm run test:argocd -- [ENVIRONMENT]`: a real Argo CD, on a control plane that is built and
// started here, syncs a rendered environment from a plain git folder until all of it is Synced and
// Healthy; and again after a drift, after a commit that is refused, and after its fix.
import { join } from 'node:path';
import { applyGroups } from '../cluster/apply.ts';
import {
  allAtCommit,
  type Rehearsal,
  rehearseBadCommit,
  rehearseDrift,
} from '../cluster/argocd/rehearse.ts';
import { branch, Repository } from '../cluster/argocd/repository.ts';
import { startArgo } from '../cluster/argocd/start.ts';
import { groupsOf } from '../cluster/groups.ts';
import { builtPrograms, output } from '../cluster/local/build.ts';
import { type LocalCluster, withLocalCluster } from '../cluster/local/cluster.ts';
import { ClusterError } from '../cluster/local/cluster-error.ts';
import type { Step } from '../cluster/rehearse.ts';
import type { KubeObject } from '../objects.ts';
import { type Plan, planOf, topologyModel } from '../plan/plan.ts';
import { ManifestError } from '../problem.ts';
import { filesOf } from '../render/files.ts';
import { type Part, partsOf } from '../render/parts.ts';

/** Applied by whoever starts a cluster, as README.md says: a part, or one file of it. */
const beforeArgo = ['cluster', 'bootstrap', 'argocd/settings'];

const tell = (line: string): void => console.log(line);

try {
  const [environment = 'staging'] = process.argv.slice(2);
  const caller = { env: process.env, tell };
  output('git', ['--version'], 'Install git.');
  output('redis-server', ['--version'], "Install redis-server: Debian's package of that name.");
  const { profile } = planOf(environment);
  const { argocd } = builtPrograms(['argocd'], caller);
  await withLocalCluster(profile, caller, async (cluster) => {
    for (const { name, seen } of await rehearse(environment, argocd, cluster)) {
      tell(`${environment}, ${name}: ${seen}`);
    }
  });
} catch (error) {
  if (error instanceof ClusterError) failWith(error.message, error.next);
  if (error instanceof ManifestError) failWith(error.message, 'Put right what is named above.');
  throw error;
}

async function rehearse(
  environment: string,
  argocd: string,
  cluster: LocalCluster,
): Promise<readonly Step[]> {
  const { dir, kubeconfig, kubectl, crew } = cluster;
  const repository = new Repository(join(dir, 'repository'));
  const from = { url: repository.url, revision: branch };
  const plan = planOf(environment, topologyModel, from);
  for (const [path, text] of filesOf(plan)) repository.write(`argocd/rendered/${path}`, text);
  const revision = repository.commit('Render');
  const rehearsal: Rehearsal = {
    kubectl,
    crew,
    repository,
    folder: `argocd/rendered/${environment}`,
    applications: [...partsOf(plan).flatMap(applicationsOf)],
    tell,
  };
  for (const folder of beforeArgo) await applyFolder(plan, folder, cluster);
  await startArgo(
    { argocd, redis: 'redis-server' },
    { dir, kubeconfig, crew, bootstrap: objectsOf(plan, 'bootstrap') },
  );
  await applyFolder(plan, 'root', cluster);
  const gateway = cluster.playGateway();
  const first = await allAtCommit(rehearsal, revision);
  await gateway;
  tell(`${environment}, first sync: Synced and Healthy after ${first} s`);
  return [await rehearseDrift(rehearsal, revision), ...(await rehearseBadCommit(rehearsal))];
}

async function applyFolder(plan: Plan, path: string, { kubectl }: LocalCluster): Promise<void> {
  const [name, file] = path.split('/');
  const part = partsOf(plan).find((one) => one.name === name);
  if (!part) throw new Error(`Nothing is rendered into ${path}`);
  const charts = part.charts.filter((chart) => file === undefined || chart.name === file);
  const { refused } = await applyGroups(groupsOf([{ ...part, charts }]), kubectl, tell);
  const [first] = refused;
  if (first) {
    throw new ClusterError(`${first.object} is refused: ${first.why}`, { next: 'Mend it.' });
  }
}

function objectsOf(plan: Plan, part: string): readonly KubeObject[] {
  return partsOf(plan)
    .filter(({ name }) => name === part)
    .flatMap(({ charts }) => charts.flatMap(({ objects }) => objects));
}

function applicationsOf({ charts }: Part): readonly string[] {
  return charts
    .flatMap(({ objects }) => objects)
    .filter(({ kind }) => kind === 'Application')
    .map(({ metadata }) => metadata.name);
}

function failWith(message: string, next: string): never {
  console.error(`error: ${message}\n  next: ${next}`);
  process.exit(1);
}
