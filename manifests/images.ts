/** How we know that a digest is that of the tag. */
export type DigestEvidence =
  /** Read from the registry itself, by `docker buildx imagetools inspect` or the like. */
  | { readonly from: 'registry'; readonly readAt: string }
  /**
   * The same digest stands beside the tag in that many unrelated public repositories: it was
   * published, but whether the tag still names it, and for which machines, nobody here has seen.
   */
  | { readonly from: 'public code'; readonly repositories: number; readonly readAt: string };

/** A program of somebody else. The tag is for people; the digest is what runs. */
export interface ThirdPartyImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly evidence: DigestEvidence;
}

const publicCode = (repositories: number): DigestEvidence => ({
  from: 'public code',
  repositories,
  readAt: '2026-11-27',
});

export const images = {
  valkey: {
    repository: 'docker.io/valkey/valkey',
    tag: '8.1.3',
    digest: 'sha256:fea8b3e67b15729d4bb70589eb03367bab9ad1ee89c876f54327fc7c6e618571',
    evidence: publicCode(3),
  },
  postgres: {
    repository: 'docker.io/library/postgres',
    tag: '18.4-bookworm',
    digest: 'sha256:882236b897e39051d2368c5ccc6cda944904723506b2dfc97f2a8f5bc9afa382',
    evidence: publicCode(4),
  },
  traefik: {
    repository: 'docker.io/library/traefik',
    tag: 'v3.5.0',
    digest: 'sha256:4e7175cfe19be83c6b928cae49dde2f2788fb307189a4dc9550b67acf30c11a5',
    evidence: publicCode(2),
  },
  cloudflared: {
    repository: 'docker.io/cloudflare/cloudflared',
    tag: '2025.8.1',
    digest: 'sha256:b77d84e8704db38db22c22661cf7e56468c526e3a6a5fe9c8b7c151452fa1472',
    evidence: publicCode(2),
  },
  prometheus: {
    repository: 'docker.io/prom/prometheus',
    tag: 'v3.5.0',
    digest: 'sha256:63805ebb8d2b3920190daf1cb14a60871b16fd38bed42b857a3182bc621f4996',
    evidence: publicCode(7),
  },
  grafana: {
    repository: 'docker.io/grafana/grafana',
    tag: '12.1.0',
    digest: 'sha256:6ac590e7cabc2fbe8d7b8fc1ce9c9f0582177b334e0df9c927ebd9670469440f',
    evidence: publicCode(5),
  },
  loki: {
    repository: 'docker.io/grafana/loki',
    tag: '3.5.3',
    digest: 'sha256:3165cecce301ce5b9b6e3530284b080934a05cd5cafac3d3d82edcb887b45ecd',
    evidence: publicCode(3),
  },
  tempo: {
    repository: 'docker.io/grafana/tempo',
    tag: '2.8.2',
    digest: 'sha256:0ef775495967cd5d7a6b2e146b6ea695d624803c8db8349fb8ce4164f719f9b7',
    evidence: publicCode(4),
  },
  nodeExporter: {
    repository: 'docker.io/prom/node-exporter',
    tag: 'v1.9.1',
    digest: 'sha256:d00a542e409ee618a4edc67da14dd48c5da66726bbd5537ab2af9c1dfc442c8a',
    evidence: publicCode(5),
  },
  kubeStateMetrics: {
    repository: 'registry.k8s.io/kube-state-metrics/kube-state-metrics',
    tag: 'v2.18.0',
    digest: 'sha256:1545919b72e3ae035454fc054131e8d0f14b42ef6fc5b2ad5c751cafa6b2130e',
    evidence: publicCode(3),
  },
  otelCollector: {
    repository: 'docker.io/otel/opentelemetry-collector-contrib',
    tag: '0.137.0',
    digest: 'sha256:886722fe0f37af9d1fe24d29529253ec59fbf263b3b1df4facaf221373e19d23',
    evidence: publicCode(2),
  },
  argocd: {
    repository: 'quay.io/argoproj/argocd',
    tag: 'v3.3.6',
    digest: 'sha256:16b92ba472fbb9287459cc52e0ecff07288dff461209955098edb56ce866fe49',
    evidence: publicCode(3),
  },
} as const satisfies Record<string, ThirdPartyImage>;

/** As a container names it: the tag for people and the digest for the node. */
export function imageRef({ repository, tag, digest }: ThirdPartyImage): string {
  return `${repository}:${tag}@${digest}`;
}

/** Images whose digest nobody has read from their registry. */
export function unverifiedImages(
  all: Readonly<Record<string, ThirdPartyImage>> = images,
): readonly ThirdPartyImage[] {
  return Object.values(all).filter(({ evidence }) => evidence.from !== 'registry');
}
