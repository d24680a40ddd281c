import { join } from 'node:path';
import type { Profile } from '@mkt/topology';
import type { Kubectl } from '../apply.ts';
import type { Crew } from './crew.ts';
import { nodeObjects } from './nodes.ts';
import { until } from './until.ts';

const readyTimeoutMs = 60_000;

/** The machines of a profile, played by KWOK: they take pods, and the pods become ready. */
export async function startMachines(
  profile: Profile,
  { kubeconfig, kubectl, kwok, crew }: Played,
): Promise<void> {
  for (const node of nodeObjects(profile)) {
    await mustDo(kubectl, ['create', '-f', '-'], JSON.stringify(node));
    await mustDo(kubectl, ['replace', '--subresource=status', '-f', '-'], JSON.stringify(node));
  }
  const isManaged = ['--manage-all-nodes=true', '--node-lease-duration-seconds=40'];
  startKwok('machines', isManaged, { kubeconfig, kwok, crew });
  await until({ what: 'all machines ready', timeoutMs: readyTimeoutMs }, async () => {
    crew.check();
    const ready = await kubectl(['wait', '--for=condition=Ready', 'node', '--all', '--timeout=1s']);
    return ready.exitCode === 0 ? { answer: true } : { notYet: ready.stderr.trim() };
  });
}

export interface Played {
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
  /** The program's file. */
  readonly kwok: string;
  readonly crew: Crew;
}

/** KWOK looks for its kinds once, when it starts, so that these are played when they are there. */
export async function playGateway(played: Played): Promise<void> {
  const definitions = ['gatewayclasses', 'gateways', 'httproutes'].map(
    (name) => `customresourcedefinition/${name}.gateway.networking.k8s.io`,
  );
  const established = ['wait', '--for=condition=Established', '--timeout=1s', ...definitions];
  await until({ what: 'the kinds of the gateway', timeoutMs: 600_000 }, async () => {
    played.crew.check();
    const { exitCode, stderr } = await played.kubectl(established);
    return exitCode === 0 ? { answer: true } : { notYet: stderr.trim() };
  });
  startKwok('gateway', ['--manage-single-node=none'], played);
}

function startKwok(
  stages: 'machines' | 'gateway',
  args: readonly string[],
  { kubeconfig, kwok, crew }: Omit<Played, 'kubectl'>,
): void {
  const config = join(import.meta.dirname, `${stages}-stages.yaml`);
  crew.start({
    name: `kwok-${stages}`,
    file: kwok,
    args: [`--kubeconfig=${kubeconfig}`, `--config=${config}`, ...args],
  });
}

async function mustDo(kubectl: Kubectl, args: readonly string[], input: string): Promise<void> {
  const { exitCode, stderr } = await kubectl(args, input);
  if (exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}`);
}
