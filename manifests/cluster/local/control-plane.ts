import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kubectl } from '../apply.ts';
import { kubectlFor } from '../kubectl.ts';
import {
  apiServerArgs,
  controllerManagerArgs,
  etcdArgs,
  kubeconfigOf,
  type Places,
  schedulerArgs,
} from './control-plane-args.ts';
import { type Crew, freePorts } from './crew.ts';
import { until } from './until.ts';

type Files = Readonly<
  Record<
    'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubectl',
    string
  >
>;

export interface ControlPlane {
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
}

const startTimeoutMs = 180_000;

/** Starts etcd, API server, controllers and scheduler on the loopback, and waits until they work. */
export async function startControlPlane(
  dir: string,
  files: Files,
  crew: Crew,
): Promise<ControlPlane> {
  const [etcdPort, etcdPeerPort, apiPort, controllerPort, schedulerPort] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const kubeconfig = join(dir, 'kubeconfig');
  const ports = { etcdPort, etcdPeerPort, apiPort, controllerPort, schedulerPort };
  const places: Places = { dir, kubeconfig, ...ports };
  writeSecrets(places);
  crew.start({ name: 'etcd', file: files.etcd, args: etcdArgs(places) });
  crew.start({
    name: 'kube-apiserver',
    file: files['kube-apiserver'],
    args: apiServerArgs(places),
  });
  const kubectl = kubectlFor(kubeconfig, files.kubectl);
  await apiServerReady(kubectl, crew);
  crew.start({
    name: 'kube-controller-manager',
    file: files['kube-controller-manager'],
    args: controllerManagerArgs(places),
  });
  crew.start({
    name: 'kube-scheduler',
    file: files['kube-scheduler'],
    args: schedulerArgs(places),
  });
  await controllersReady(kubectl, crew);
  return { kubeconfig, kubectl };
}

function writeSecrets(places: Places): void {
  const { dir, kubeconfig } = places;
  mkdirSync(join(dir, 'certificates'), { recursive: true });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' });
  const secret = { mode: 0o600 };
  writeFileSync(join(dir, 'service-accounts.pem'), pem, secret);
  const token = randomUUID();
  writeFileSync(join(dir, 'tokens.csv'), `${token},admin,admin,system:masters\n`, secret);
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(places, token)), secret);
}

function apiServerReady(kubectl: Kubectl, crew: Crew): Promise<unknown> {
  return until({ what: 'an API server that answers', timeoutMs: startTimeoutMs }, async () => {
    crew.check();
    const { exitCode, stderr } = await kubectl(['get', '--raw=/readyz']);
    return exitCode === 0 ? { answer: true } : { notYet: stderr.trim() };
  });
}

/** Every namespace gets an account from the controllers, so there is one when they work. */
function controllersReady(kubectl: Kubectl, crew: Crew): Promise<unknown> {
  return until({ what: 'controllers that work', timeoutMs: startTimeoutMs }, async () => {
    crew.check();
    const { exitCode, stderr } = await kubectl(['get', 'serviceaccount/default', '-n', 'default']);
    return exitCode === 0 ? { answer: true } : { notYet: stderr.trim() };
  });
}
