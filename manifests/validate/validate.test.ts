import { describe, expect, test } from 'vitest';
import type { Fields, KubeObject } from '../objects.ts';
import { planOf } from '../plan/plan.ts';
import { changedModel, find, objectsOf, production } from '../testing.ts';
import { validate } from './validate.ts';

const rendered = objectsOf();

/** The rendered objects with one of them changed. */
function changed(kind: string, name: string, change: (object: Fields) => void): KubeObject[] {
  const target = find(rendered, kind, name);
  return rendered.map((one) => {
    if (one !== target) return one;
    const copy = structuredClone(one);
    change(copy);
    return copy;
  });
}

const pod = (object: Fields) => object.spec.template.spec;

async function problemsOf(objects: readonly KubeObject[]): Promise<string[]> {
  const { problems } = await validate(production, objects);
  return problems.map(({ where, what }) => `${where}: ${what}`);
}

const models = {
  'production as it is': changedModel({}),
  'a cluster with its own databases': changedModel({
    environments: {
      production: { databases: everywhere('cluster') },
    },
  }),
  'the original layout with its load balancer': changedModel({
    environments: { production: { profile: 'full-2x2' } },
  }),
  'another prefix of namespaces': changedModel({
    environments: { production: { namespacePrefix: 'shop-' } },
  }),
};

function everywhere(home: 'neon' | 'cluster') {
  const names = ['infrastructure', 'customer', 'discovery', 'sales', 'fulfillment', 'billing'];
  return Object.fromEntries(names.map((name) => [name, home])) as never;
}

describe('rendered objects', () => {
  test.each(Object.entries(models))('of %s have no problem', async (_, model) => {
    const plan = planOf('production', model);
    const { problems, objects } = await validate(plan, objectsOf(plan));
    expect(problems).toEqual([]);
    expect(objects).toBeGreaterThan(200);
  });

  test('warn of digests that nobody read in a registry', async () => {
    const { warnings } = await validate(production, rendered);
    expect(warnings.some(({ what }) => what.includes('valkey/valkey:8.1.3'))).toBe(true);
    expect(warnings.some(({ what }) => what.includes('no published build'))).toBe(true);
  });
});

const refused: readonly (readonly [string, KubeObject[], RegExp])[] = [
  [
    'a field that the kind does not have',
    changed('Deployment', 'order', (one) => {
      one.spec.replica = 2;
    }),
    /sales\/Deployment\/order: spec.replica is no field/,
  ],
  [
    'a value of another type',
    changed('Service', 'order', (one) => {
      one.spec.ports[0].port = '8080';
    }),
    /sales\/Service\/order: spec.ports\[0\].port is not of type number/,
  ],
  [
    'a value that its model forbids',
    changed('HTTPRoute', 'public', (one) => {
      one.spec.hostnames = ['not a host'];
    }),
    /ingress\/HTTPRoute\/public: .*hostnames/s,
  ],
  [
    'a selector that finds nothing',
    changed('Service', 'order', (one) => {
      one.spec.selector = { 'app.kubernetes.io/name': 'oder' };
    }),
    /sales\/Service\/order: It selects no pods/,
  ],
  [
    'a port that the pods do not have',
    changed('Service', 'order', (one) => {
      one.spec.ports[0].targetPort = 'https';
    }),
    /Its pods have no port https/,
  ],
  [
    'a secret key that nobody makes',
    changed('Deployment', 'order', (one) => {
      pod(one).containers[0].env[0].valueFrom.secretKeyRef.key = 'PER_SECRET';
    }),
    /names Secret\/services key PER_SECRET/,
  ],
  [
    'a volume claim that is not there',
    changed('Deployment', 'product', (one) => {
      pod(one).volumes[0].persistentVolumeClaim.claimName = 'media';
    }),
    /names PersistentVolumeClaim\/media/,
  ],
  [
    'an edge that the topology does not have',
    changed('NetworkPolicy', 'review', (one) => {
      const peer = structuredClone(one.spec.egress[0].to[0]);
      peer.podSelector.matchLabels['app.kubernetes.io/name'] = 'payout';
      one.spec.egress[0].to.push(peer);
    }),
    /review -> payout: An egress rule lets it through without the topology/,
  ],
  [
    'an edge of the topology that is closed',
    changed('NetworkPolicy', 'inventory', (one) => {
      one.spec.ingress[0].from = one.spec.ingress[0].from.filter(
        (peer: Fields) => peer.podSelector.matchLabels['app.kubernetes.io/name'] !== 'order',
      );
    }),
    /order -> inventory: The topology has it, and no ingress rule lets it through/,
  ],
  [
    'a namespace that denies nothing by itself',
    rendered.filter((one) => one.metadata.name !== 'deny-all'),
    /sales: Nothing denies what no rule names/,
  ],
  [
    'a namespace over its quota',
    changed('Deployment', 'order', (one) => {
      one.spec.replicas = 4;
    }),
    /sales\/ResourceQuota\/quota: All of it rolling out needs \d+ of pods, and the quota allows \d+/,
  ],
  [
    'an image by its tag',
    changed('Deployment', 'order', (one) => {
      pod(one).containers[0].image = 'ghcr.io/mkt-marketplace/service:latest';
    }),
    /mkt-workloads refuses it: images-by-digest/,
  ],
  [
    'a disruption budget of one replica',
    [
      ...changed('Deployment', 'cloudflared', (one) => {
        one.spec.replicas = 1;
      }),
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'cloudflared', namespace: 'ingress' },
        spec: { selector: { matchLabels: { 'app.kubernetes.io/name': 'cloudflared' } } },
      },
    ],
    /With one replica it blocks every drain/,
  ],
  [
    'a backend that is not granted',
    rendered.filter(({ kind }) => kind !== 'ReferenceGrant'),
    /Nobody in infrastructure grants it gateway/,
  ],
  [
    'replicas that each sync would set back',
    [
      ...rendered,
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'gateway', namespace: 'infrastructure' },
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gateway' },
          maxReplicas: 2,
        },
      },
    ],
    /states its replicas, and each sync undoes the scaling/,
  ],
];

describe('validation refuses', () => {
  test.each(refused)('%s', async (_, objects, problem) => {
    expect((await problemsOf(objects)).join('\n')).toMatch(problem);
  });

  test('an object that is rendered twice, and one whose namespace is nobody’s', async () => {
    const stray = structuredClone(find(rendered, 'ConfigMap', 'order-settings')) as Fields;
    stray.metadata.namespace = 'elsewhere';
    const again = find(rendered, 'Service', 'order');
    const problems = (await problemsOf([...rendered, stray, again])).join('\n');
    expect(problems).toContain('sales/Service/order: It is rendered more than once.');
    expect(problems).toContain('elsewhere/ConfigMap/order-settings: Its namespace is rendered by');
  });
});
