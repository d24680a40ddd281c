// `npm run test:cluster -- [ENVIRONMENT] [--local [--profile P]]`: applies a rendered environment,
// server-side and in wave order, and reports every object that is refused or would change when it
// is applied again. To the cluster that KUBECONFIG names; with `--local` to one that is built of
// pinned sources and started here, where everything is also started, rolled out and drained.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBudget } from '@mkt/policies/budget';
import { profiles } from '@mkt/topology';
import { App } from 'cdk8s';
import { DefinitionsChart } from '../charts/cluster/definitions.ts';
import type { Kubectl } from '../cluster/apply.ts';
import { differencesOf, roomReckoned, roomTaken } from '../cluster/checks/room.ts';
import { type Group, groupsOf } from '../cluster/groups.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { withLocalCluster } from '../cluster/local/cluster.ts';
import { ClusterError } from '../cluster/local/cluster-error.ts';
import { rehearseApply, rehearseLife, type Step, settle, settleStep } from '../cluster/rehearse.ts';
import { planOf } from '../plan/plan.ts';
import { ManifestError } from '../problem.ts';
import { chartsOf, type Part, partsOf } from '../render/parts.ts';
import { certificateKinds } from '../schemas/custom-kinds.ts';

const tell = (line: string): void => console.log(line);

try {
  const { values, positionals } = parseArgs({
    options: { local: { type: 'boolean', default: false }, profile: { type: 'string' } },
    allowPositionals: true,
  });
  const [environment = 'staging'] = positionals;
  const plan = planOf(environment);
  const groups = groupsOf([extraDefinitions(), ...partsOf(plan)]);
  const isRight = values.local
    ? await onLocalCluster(environment, values.profile ?? plan.profile.name, groups)
    : await areRight(environment, rehearseApply(groups, await namedCluster(), tell));
  if (!isRight) process.exitCode = 1;
} catch (error) {
  if (error instanceof ClusterError) failWith(error.message, error.next);
  if (error instanceof ManifestError) failWith(error.message, 'Put right what is named above.');
  throw error;
}

/** Everything that can be seen without a machine, and with those of a profile. */
async function onLocalCluster(
  environment: string,
  profileName: string,
  groups: readonly Group[],
): Promise<boolean> {
  const profile = Object.values(profiles).find(({ name }) => name === profileName);
  if (!profile) {
    const names = Object.keys(profiles).join(', ');
    throw new ClusterError(`There is no profile ${profileName}.`, { next: `One of ${names}.` });
  }
  const caller = { env: process.env, tell };
  return withLocalCluster(profile, caller, async ({ kubectl, playGateway }) => {
    const gateway = playGateway();
    const isTaken = await areRight(environment, rehearseApply(groups, kubectl, tell));
    await gateway;
    const isPlaced = await areRight(environment, rehearseStart(environment, profile.name, kubectl));
    const isAlive = await areRight(environment, rehearseLife(kubectl));
    return isTaken && isPlaced && isAlive;
  });
}

/** Whether all pods start, and the real scheduler gives out what the budget check says it will. */
async function* rehearseStart(
  environment: string,
  profile: string,
  kubectl: Kubectl,
): AsyncGenerator<Step> {
  const settled = await settle(kubectl);
  yield settleStep('start', settled);
  const root = join(import.meta.dirname, '../..');
  const day = new Date().toISOString().slice(0, 10);
  const report = await checkBudget({ root, environment, profile, day, acknowledged: true });
  const real = roomTaken(settled.pods);
  yield {
    name: 'room',
    seen: `${real.pods} pods take ${real.cpuMilli} m and ${real.memoryMiB} MiB`,
    findings: differencesOf(real, roomReckoned(report)),
  };
}

/** The cluster of KUBECONFIG. */
async function namedCluster(): Promise<Kubectl> {
  const kubeconfig = process.env['KUBECONFIG'] ?? '';
  if (kubeconfig === '' || !existsSync(kubeconfig)) {
    throw new ClusterError(
      kubeconfig === ''
        ? 'KUBECONFIG is not set.'
        : `KUBECONFIG names ${kubeconfig}, which is not there.`,
      { next: 'Set it to the kubeconfig of a cluster made for this, or start one: -- --local' },
    );
  }
  const kubectl = kubectlFor(kubeconfig);
  const version = await kubectl(['version', '-o', 'json']).catch((error: Error) => {
    throw new ClusterError(`kubectl does not run: ${error.message}`, {
      next: 'Install kubectl 1.31 or newer on PATH.',
    });
  });
  if (version.exitCode !== 0) {
    throw new ClusterError(version.stderr.trim(), { next: 'Is the cluster running?' });
  }
  return kubectl;
}

/** What cert-manager would bring; nothing else of a profile is missing on a bare cluster. */
function extraDefinitions(): Part {
  const app = new App();
  new DefinitionsChart(app, 'certificates', certificateKinds);
  return { name: 'cert-manager', wave: -8, namespace: undefined, charts: chartsOf(app) };
}

/** Tells each step as it ends; false when any found something wrong. */
async function areRight(environment: string, steps: AsyncGenerator<Step>): Promise<boolean> {
  let isRight = true;
  for await (const { name, seen, findings } of steps) {
    console.log(`${environment}, ${name}: ${seen}`);
    for (const { object, why } of findings) console.error(`wrong: ${object}\n  ${why}`);
    isRight &&= findings.length === 0;
  }
  return isRight;
}

function failWith(message: string, next: string): never {
  console.error(`error: ${message}\n  next: ${next}`);
  process.exit(1);
}
