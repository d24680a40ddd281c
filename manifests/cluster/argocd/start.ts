import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { argoNames } from '../../charts/argo/core-names.ts';
import type { KubeObject } from '../../objects.ts';
import { argoNamespace } from '../../plan/names.ts';
import { type Crew, freePorts } from '../local/crew.ts';
import { type ArgoPorts, containerOf, localArgs, localEnv } from './args.ts';

export interface ArgoFiles {
  readonly argocd: string;
  readonly redis: string;
}

export interface ArgoPlace {
  readonly dir: string;
  readonly kubeconfig: string;
  readonly crew: Crew;
  /** The rendered bootstrap: what it tells Argo CD's programs is what they are started with. */
  readonly bootstrap: readonly KubeObject[];
}

/** How often Argo CD asks git for new commits; three minutes where nobody waits for it. */
const lookEverySeconds = 10;

/** Starts Argo CD's programs here, in the place of the pods that the bootstrap has. */
export async function startArgo(files: ArgoFiles, place: ArgoPlace): Promise<void> {
  const { dir, kubeconfig, crew, bootstrap } = place;
  const [redis, repoServer, repoServerMetrics, controllerMetrics] = (await freePorts(4)) as [
    number,
    number,
    number,
    number,
  ];
  const ports: ArgoPorts = { redis, repoServer, repoServerMetrics, controllerMetrics };
  const home = join(dir, 'argocd');
  for (const name of ['tls', 'ssh', 'tmp']) mkdirSync(join(home, name), { recursive: true });
  const env = {
    HOME: home,
    TMPDIR: join(home, 'tmp'),
    KUBECONFIG: kubeconfig,
    // The cluster that it runs in, by its usual name, is the one of the kubeconfig.
    ARGOCD_FAKE_IN_CLUSTER: 'true',
    ARGOCD_TLS_DATA_PATH: join(home, 'tls'),
    ARGOCD_SSH_DATA_PATH: join(home, 'ssh'),
    ARGOCD_RECONCILIATION_TIMEOUT: `${lookEverySeconds}s`,
    ARGOCD_RECONCILIATION_JITTER: '0s',
  };
  crew.start({
    name: 'redis',
    file: files.redis,
    args: ['--port', `${redis}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
  });
  const container = (name: string) => containerOf(bootstrap, name);
  const started = (name: string, args: readonly string[]) =>
    crew.start({
      name,
      file: files.argocd,
      args: [...localArgs(container(name), ports), ...args],
      env: { ...env, ...localEnv(container(name)), ARGOCD_BINARY_NAME: name },
    });
  started(argoNames.repoServer, [
    '--address=127.0.0.1',
    `--port=${repoServer}`,
    '--metrics-address=127.0.0.1',
    `--metrics-port=${repoServerMetrics}`,
  ]);
  started(argoNames.controller, [
    `--metrics-port=${controllerMetrics}`,
    `--kubeconfig=${kubeconfig}`,
    `--namespace=${argoNamespace}`,
  ]);
}
