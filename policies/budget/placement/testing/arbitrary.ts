import fc from 'fast-check';
import type { PlacementNode } from '../node.ts';
import type { Pod, Surroundings } from '../state.ts';

const apps = ['cart', 'order', 'search'] as const;
const app = fc.constantFrom(...apps);
const zoneKeys = fc.constantFrom('kubernetes.io/hostname', 'zone');
const selectorOf = (name: string) => ({ matchLabels: { app: name } });
const sometimes = <T>(one: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant([] as T[]) },
    { weight: 1, arbitrary: one.map((x) => [x]) },
  );

const nodes: fc.Arbitrary<PlacementNode[]> = fc
  .array(
    fc.record({
      cpu: fc.integer({ min: 100, max: 2000 }),
      memory: fc.integer({ min: 100, max: 2000 }),
      pods: fc.integer({ min: 1, max: 8 }),
      arch: fc.constantFrom('arm64', 'amd64'),
      zone: fc.constantFrom('a', 'b', undefined),
      isTainted: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) =>
    all.map(({ cpu, memory, pods, arch, zone, isTainted }, at) => ({
      name: `node-${at}`,
      labels: {
        'kubernetes.io/hostname': `node-${at}`,
        'kubernetes.io/arch': arch,
        ...(zone === undefined ? {} : { zone }),
      },
      taints: isTainted && at > 0 ? [{ key: 'only', value: 'batch', effect: 'NoSchedule' }] : [],
      allocatable: { cpu, memory, pods },
    })),
  );

const term = fc.record({ labelSelector: app.map(selectorOf), topologyKey: zoneKeys });
const spread = fc.record({
  labelSelector: app.map(selectorOf),
  topologyKey: zoneKeys,
  maxSkew: fc.integer({ min: 1, max: 2 }),
  whenUnsatisfiable: fc.constant('DoNotSchedule' as const),
});

const podParts = fc.record({
  app,
  cpu: fc.integer({ min: 0, max: 700 }),
  memory: fc.integer({ min: 0, max: 700 }),
  arch: sometimes(fc.constantFrom('arm64', 'amd64')),
  expressions: sometimes(
    fc.record({
      key: fc.constantFrom('zone', 'kubernetes.io/arch'),
      operator: fc.constantFrom('In' as const, 'NotIn' as const, 'Exists' as const),
      values: fc.constantFrom<string[][]>(['a'], ['arm64', 'b']),
    }),
  ),
  tolerations: sometimes(
    fc.constantFrom(
      { key: 'only', operator: 'Exists' as const },
      { key: 'only', value: 'batch' },
      { key: 'only', value: 'other' },
    ),
  ),
  affinity: sometimes(term),
  antiAffinity: sometimes(term),
  spread: sometimes(spread),
  hostPorts: sometimes(fc.constant({ port: 80, protocol: 'TCP', ip: '0.0.0.0' })),
  claims: sometimes(fc.constantFrom('files', 'alone', 'lost')),
  priority: fc.constantFrom(0, 0, 100),
});

const pods: fc.Arbitrary<Pod[]> = fc.array(podParts, { maxLength: 10 }).map((all) =>
  all.map(({ app: name, cpu, memory, arch, expressions, ...rest }, at) => ({
    ...rest,
    id: `shop/${name}/${at}`,
    workload: `shop/${name}-${at}`,
    wave: 0,
    namespace: 'shop',
    labels: { app: name },
    requests: { cpu, memory },
    limits: {},
    nodeSelector: Object.fromEntries(arch.map((one) => ['kubernetes.io/arch', one])),
    ...(expressions.length === 0 ? {} : { nodeTerms: [{ matchExpressions: expressions }] }),
    images: [],
  })),
);

export interface Case {
  readonly around: Surroundings;
  readonly pods: readonly Pod[];
}

/** Small clusters in which every rule of the scheduler matters now and then. */
export const cases: fc.Arbitrary<Case> = fc.record({ nodes, pods }).map((one) => ({
  around: {
    nodes: one.nodes,
    namespaces: new Map(),
    claims: new Map([
      ['shop/files', { isForOnePod: false }],
      ['shop/alone', { isForOnePod: true }],
    ]),
  },
  pods: one.pods,
}));

/** The same with nothing but sizes, so that how much fits is all that is asked. */
export const sizesOnly: fc.Arbitrary<Case> = cases.map(({ around, pods: all }) => ({
  around: { ...around, nodes: around.nodes.map((node) => ({ ...node, taints: [] })) },
  pods: all.map(({ nodeTerms: _, ...pod }) => ({
    ...pod,
    nodeSelector: {},
    affinity: [],
    antiAffinity: [],
    spread: [],
    hostPorts: [],
    claims: [],
  })),
}));
