/** Where the parts of a control plane meet. */
export interface Places {
  /** Keys, tokens and data; this run's own. */
  readonly dir: string;
  readonly kubeconfig: string;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  readonly apiPort: number;
  readonly controllerPort: number;
  readonly schedulerPort: number;
}

const host = '127.0.0.1';

export const serverOf = ({ apiPort }: Places): string => `https://${host}:${apiPort}`;

export function etcdArgs({ dir, etcdPort, etcdPeerPort }: Places): readonly string[] {
  const [client, peer] = [`http://${host}:${etcdPort}`, `http://${host}:${etcdPeerPort}`];
  return [
    `--data-dir=${dir}/etcd`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--log-level=warn',
    // What is in it ends with the run.
    '--unsafe-no-fsync',
  ];
}

export function apiServerArgs(places: Places): readonly string[] {
  const { dir, etcdPort, apiPort } = places;
  return [
    `--etcd-servers=http://${host}:${etcdPort}`,
    `--bind-address=${host}`,
    `--secure-port=${apiPort}`,
    `--cert-dir=${dir}/certificates`,
    `--token-auth-file=${dir}/tokens.csv`,
    '--authorization-mode=Node,RBAC',
    '--service-cluster-ip-range=10.43.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${dir}/service-accounts.pem`,
    `--service-account-signing-key-file=${dir}/service-accounts.pem`,
    // As k3s has it, beside those that are on everywhere.
    '--enable-admission-plugins=NodeRestriction',
    // Nothing in the cluster is told where this server is.
    '--endpoint-reconciler-type=none',
  ];
}

export function controllerManagerArgs(places: Places): readonly string[] {
  const { dir, kubeconfig, controllerPort } = places;
  return [
    `--kubeconfig=${kubeconfig}`,
    `--bind-address=${host}`,
    `--secure-port=${controllerPort}`,
    `--cert-dir=${dir}/controller-manager`,
    `--service-account-private-key-file=${dir}/service-accounts.pem`,
    `--root-ca-file=${dir}/certificates/apiserver.crt`,
    '--use-service-account-credentials=true',
    '--leader-elect=false',
    // A computer that is busy with other things is not a machine that is gone.
    '--node-monitor-grace-period=10m',
  ];
}

export function schedulerArgs(places: Places): readonly string[] {
  const { dir, kubeconfig, schedulerPort } = places;
  return [
    `--kubeconfig=${kubeconfig}`,
    `--bind-address=${host}`,
    `--secure-port=${schedulerPort}`,
    `--cert-dir=${dir}/scheduler`,
    '--leader-elect=false',
  ];
}

/** For clients that may do everything, as the file of tokens says. */
export function kubeconfigOf(places: Places, token: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'local',
        cluster: {
          server: serverOf(places),
          'certificate-authority': `${places.dir}/certificates/apiserver.crt`,
        },
      },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'admin' } }],
    'current-context': 'local',
  };
}
