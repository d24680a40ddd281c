// `npm run test:cluster -- [ENVIRONMENT]`: applies a rendered environment to the cluster that
// KUBECONFIG names, server-side and in wave order, and reports every object that it refuses.
import { existsSync } from 'node:fs';
import { App } from 'cdk8s';
import { DefinitionsChart } from '../charts/cluster/definitions.ts';
import { applyGroups } from '../cluster/apply.ts';
import { groupsOf } from '../cluster/groups.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { planOf } from '../plan/plan.ts';
import { ManifestError } from '../problem.ts';
import { chartsOf, type Part, partsOf } from '../render/parts.ts';
import { certificateKinds } from '../schemas/custom-kinds.ts';

const [environment = 'staging'] = process.argv.slice(2);

function failWith(message: string, next: string): never {
  console.error(`error: ${message}\n  next: ${next}`);
  process.exit(1);
}

const kubeconfig = process.env['KUBECONFIG'] ?? '';
if (kubeconfig === '' || !existsSync(kubeconfig)) {
  failWith(
    kubeconfig === ''
      ? 'KUBECONFIG is not set.'
      : `KUBECONFIG names ${kubeconfig}, which is not there.`,
    'Set it to the kubeconfig of a cluster that may be changed, such as one made for this.',
  );
}

/** What cert-manager would bring; nothing else of a profile is missing on a bare cluster. */
function extraDefinitions(): Part {
  const app = new App();
  new DefinitionsChart(app, 'certificates', certificateKinds);
  return { name: 'cert-manager', wave: -8, namespace: undefined, charts: chartsOf(app) };
}

try {
  const plan = planOf(environment);
  const kubectl = kubectlFor(kubeconfig);
  const version = await kubectl(['version', '-o', 'json']).catch((error: Error) =>
    failWith(`kubectl does not run: ${error.message}`, 'Install kubectl 1.31 or newer on PATH.'),
  );
  if (version.exitCode !== 0) failWith(version.stderr.trim(), 'Is the cluster running?');
  const groups = groupsOf([extraDefinitions(), ...partsOf(plan)]);
  const { objects, refused } = await applyGroups(groups, kubectl, (line) => console.log(line));
  for (const { object, part, why } of refused)
    console.error(`refused: ${part} ${object}\n  ${why}`);
  console.log(
    `${environment}: ${objects - refused.length} objects applied, ${refused.length} refused`,
  );
  if (refused.length > 0) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof ManifestError)) throw error;
  failWith(error.message, 'Put right what is named above.');
}
