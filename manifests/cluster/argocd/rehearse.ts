import type { Kubectl } from '../apply.ts';
import { listed } from '../checks/read.ts';
import { secondsSince } from '../local/cluster.ts';
import type { Crew } from '../local/crew.ts';
import { until } from '../local/until.ts';
import type { Step } from '../rehearse.ts';
import { unfinishedApplications } from './applications.ts';
import type { Repository } from './repository.ts';

export interface Rehearsal {
  readonly kubectl: Kubectl;
  readonly crew: Crew;
  readonly repository: Repository;
  /** Where the environment's folders are in the repository. */
  readonly folder: string;
  readonly applications: readonly string[];
  readonly tell: (line: string) => void;
}

const timeoutMs = 600_000;

/** Waits until every application is Synced and Healthy at a commit, with nobody's hand. */
export async function allAtCommit(rehearsal: Rehearsal, revision: string): Promise<number> {
  const { kubectl, crew, applications: names, tell } = rehearsal;
  const began = performance.now();
  let told = '';
  await until({ what: 'everything Synced and Healthy', timeoutMs, everyMs: 1_000 }, async () => {
    crew.check();
    const unfinished = unfinishedApplications(await listed(kubectl, 'applications'), {
      names,
      revision,
    });
    if (unfinished.length === 0) return { answer: true };
    const left = unfinished.map(({ object }) => object.split('/').at(-1)).join(' ');
    if (left !== told) tell(`  ${secondsSince(began)} s: left ${left}`);
    told = left;
    return { notYet: unfinished.map(({ object, why }) => `\n${object}: ${why}`).join('') };
  });
  return secondsSince(began);
}

/** Somebody deletes a program, changes a setting and stops a service: all is put back. */
export async function rehearseDrift(rehearsal: Rehearsal, revision: string): Promise<Step> {
  const { kubectl } = rehearsal;
  const began = performance.now();
  const at = (kind: string) => ['-n', 'sales', kind];
  const before = await told(kubectl, [
    ...at('get'),
    'configmap/order-settings',
    '-o=jsonpath={.data}',
  ]);
  await told(kubectl, [...at('delete'), 'deployment/cart', '--wait=false']);
  await told(kubectl, [...at('scale'), 'deployment/order', '--replicas=0']);
  const change = JSON.stringify({ data: { DRIFT: 'by hand', NODE_ENV: 'drift' } });
  await told(kubectl, [...at('patch'), 'configmap/order-settings', '--type=merge', `-p=${change}`]);
  await until({ what: 'the drift undone', timeoutMs, everyMs: 1_000 }, async () => {
    rehearsal.crew.check();
    const cart = await kubectl([...at('get'), 'deployment/cart', '-o=name']);
    const order = await kubectl([...at('get'), 'deployment/order', '-o=jsonpath={.spec.replicas}']);
    const settings = await kubectl([
      ...at('get'),
      'configmap/order-settings',
      '-o=jsonpath={.data}',
    ]);
    const isUndone =
      cart.exitCode === 0 && order.stdout !== '0' && sameData(settings.stdout, before);
    return isUndone ? { answer: true } : { notYet: `${cart.stderr} ${order.stdout}` };
  });
  await allAtCommit(rehearsal, revision);
  return { name: 'drift', seen: `undone after ${secondsSince(began)} s`, findings: [] };
}

/** Ours are back. What somebody added to a map stays theirs, as server-side apply has it. */
function sameData(now: string, before: string): boolean {
  const [ours, theirs] = [JSON.parse(before || '{}'), JSON.parse(now || '{}')];
  return Object.entries(ours).every(([name, value]) => theirs[name] === value);
}

/** A commit that the API server refuses, and then its fix: picked up without a hand. */
export async function rehearseBadCommit(rehearsal: Rehearsal): Promise<readonly Step[]> {
  const { kubectl, crew, repository, folder } = rehearsal;
  const file = `${folder}/sales/order.yaml`;
  const good = repository.read(file);
  const bad = good.replace(/^( {2}replicas: )\d+$/m, '$1-1');
  if (bad === good) throw new Error(`${file} has no replicas to spoil`);
  repository.write(file, bad);
  const badCommit = repository.commit('Spoil the replicas of a service');
  const began = performance.now();
  const said = await until(
    { what: 'the bad commit refused', timeoutMs, everyMs: 1_000 },
    async () => {
      crew.check();
      const applications = await listed(kubectl, 'applications');
      const { operationState } = applications.find(
        ({ metadata }) => metadata.name === 'sales',
      ).status;
      const isRefused =
        operationState?.operation?.sync?.revision === badCommit &&
        /invalid|must be greater/i.test(operationState.message ?? '') &&
        (operationState.retryCount ?? 0) >= 1;
      if (!isRefused) return { notYet: JSON.stringify(operationState?.message) };
      return { answer: `${operationState.message}` };
    },
  );
  const refusedSeconds = secondsSince(began);
  repository.write(file, good);
  const fixed = await allAtCommit(rehearsal, repository.commit('Mend the replicas of a service'));
  return [
    {
      name: 'bad commit',
      seen: `refused after ${refusedSeconds} s: ${said.slice(0, 160)}`,
      findings: [],
    },
    { name: 'its fix', seen: `Synced and Healthy after ${fixed} s`, findings: [] },
  ];
}

async function told(kubectl: Kubectl, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await kubectl(args);
  if (exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}
