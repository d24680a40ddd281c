import type { BudgetFacts } from '../facts.ts';
import type { Judgement } from '../judgement.ts';
import { workloadName } from '../kubernetes/workload.ts';

/** Programs that act on the objects of an API group: they take room as well. */
const controllers: Readonly<Record<string, readonly string[]>> = {
  'networking.istio.io': ['istiod'],
  'security.istio.io': ['istiod'],
  'gateway.networking.k8s.io': ['traefik'],
  'traefik.io': ['traefik'],
  'cert-manager.io': ['cert-manager'],
  'external-secrets.io': ['external-secrets'],
  'bitnami.com': ['sealed-secrets', 'sealed-secrets-controller'],
  'monitoring.coreos.com': ['prometheus-operator'],
  'argoproj.io': ['argocd-application-controller', 'application-controller'],
  'autoscaling.k8s.io': ['vpa-recommender'],
  'longhorn.io': ['longhorn-manager'],
};

/** What is promised and has no room: services that are nowhere, controllers nobody counted. */
export function judgePresence({ cluster, services }: BudgetFacts): Judgement[] {
  const names = new Set(cluster.workloads.map(({ name }) => name));
  const absent = services.filter((service) => !names.has(service));
  const placed: Judgement = {
    rule: 'placement/services',
    severity: absent.length > 0 ? 'error' : 'ok',
    subject: 'services with a place',
    value: services.length - absent.length,
    limit: services.length,
    unit: 'count',
    share: services.length === 0 ? 1 : (services.length - absent.length) / services.length,
    arithmetic: `${services.length} services, ${services.length - absent.length} have a workload`,
    ...(absent.length > 0
      ? {
          why: `nowhere: ${absent.join(', ')}`,
          remedy: 'render a workload for each, or take it out of the topology',
        }
      : {}),
  };
  const uncounted = [...cluster.groups].flatMap(([group, place]): Judgement[] => {
    const programs = controllers[group];
    if (!programs || programs.some((program) => names.has(program))) return [];
    return [
      {
        rule: 'placement/controller',
        severity: 'error',
        subject: `${programs[0]}, for ${group}`,
        arithmetic: `objects of ${group}, and no workload named ${programs.join(' or ')}`,
        why: 'without its controller it does nothing, and with it there is less room than counted',
        remedy: `add ${programs[0]} with its requests, or do without ${group}`,
        place,
      },
    ];
  });
  return [placed, ...uncounted];
}

/** On nodes of several architectures an image must run on all, or say where it goes. */
export function judgeArchitectures({ cluster, nodes }: BudgetFacts): Judgement[] {
  const kinds = [...new Set(nodes.map(({ labels }) => labels['kubernetes.io/arch'] ?? 'unknown'))];
  if (kinds.length < 2) return [];
  return cluster.workloads
    .filter(({ pod }) => !namesArchitecture(pod))
    .map((workload) => ({
      rule: 'placement/architecture',
      severity: 'error',
      subject: workloadName(workload),
      arithmetic: `nodes are ${kinds.join(' and ')}, and it names no architecture`,
      why: 'on the wrong one its image does not start',
      remedy: 'node affinity over kubernetes.io/arch that names those its image is built for',
      ...(workload.place ? { place: workload.place } : {}),
    }));
}

function namesArchitecture(pod: BudgetFacts['cluster']['workloads'][number]['pod']): boolean {
  const key = 'kubernetes.io/arch';
  return (
    pod.nodeSelector[key] !== undefined ||
    (pod.nodeTerms ?? []).some(({ matchExpressions = [] }) =>
      matchExpressions.some((one) => one.key === key),
    )
  );
}
