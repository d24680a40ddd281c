import { describe, expect, it } from 'vitest';
import { around, testNode, testPod } from '../testing/manifest.ts';
import { mayGoTo, rejections } from './filter.ts';
import type { PlacementNode } from './node.ts';
import { bind, emptyState, type Pod, type Surroundings } from './state.ts';

const mi = 1024 ** 2;
const [a, b] = [testNode('a'), testNode('b')];

/** What keeps a pod from a node on which, or beside which, others are already. */
function filtersOf(
  pod: Pod,
  node: PlacementNode,
  { there = [], more = {} }: { there?: [Pod, string][]; more?: Partial<Surroundings> } = {},
): string[] {
  const others = [a, b].filter(({ name }) => name !== node.name);
  const start = emptyState(around([node, ...others], more));
  const state = there.reduce((so, [other, name]) => bind(so, other, name), start);
  const found = rejections(pod, node, state);
  expect(mayGoTo(pod, node, state)).toBe(found.length === 0);
  return found.map(({ filter }) => filter);
}

describe('resources', () => {
  const full = testPod('other', { requests: { cpu: 950, memory: 0 } });

  it('have to be free, down to the last byte', () => {
    const exact = testPod('app', { requests: { cpu: 1000, memory: 1000 * mi } });
    expect(filtersOf(exact, a)).toEqual([]);
    const byOne = testPod('app', { requests: { cpu: 1, memory: 1000 * mi + 1 } });
    expect(filtersOf(byOne, a)).toEqual(['resources']);
  });

  it('say how much is missing', () => {
    const state = bind(emptyState(around([a])), full, 'a');
    expect(rejections(testPod('app'), a, state)).toEqual([
      { filter: 'resources', why: 'too little cpu is free', missing: { cpu: 50 } },
    ]);
  });

  it('that a pod does not ask for do not keep it away', () => {
    const empty = testPod('app', { requests: { cpu: 0, memory: 10 } });
    expect(
      filtersOf(empty, a, { there: [[testPod('x', { requests: { cpu: 1000 } }), 'a']] }),
    ).toEqual([]);
  });

  it('are also the number of pods, and what no node has', () => {
    const small = testNode('a', { allocatable: { cpu: 1000, memory: 1000 * mi, pods: 1 } });
    const there: [Pod, string][] = [[testPod('x'), 'a']];
    expect(filtersOf(testPod('app'), small, { there })).toEqual(['resources']);
    expect(filtersOf(testPod('app', { requests: { 'example.com/gpu': 1 } }), a)).toEqual([
      'resources',
    ]);
  });
});

describe('taints', () => {
  const tainted = testNode('a', {
    taints: [{ key: 'only', value: 'batch', effect: 'NoSchedule' }],
  });

  it.each([
    [[], ['taint']],
    [[{ key: 'only', operator: 'Exists' as const }], []],
    [[{ operator: 'Exists' as const }], []],
    [[{ key: 'only', value: 'batch' }], []],
    [[{ key: 'only', value: 'other' }], ['taint']],
    [[{ key: 'only', value: 'batch', effect: 'NoExecute' as const }], ['taint']],
  ])('with the tolerations %j', (tolerations, filters) => {
    expect(filtersOf(testPod('app', { tolerations }), tainted)).toEqual(filters);
  });

  it('that only prefer keep nobody away', () => {
    const soft = testNode('a', { taints: [{ key: 'only', effect: 'PreferNoSchedule' }] });
    expect(filtersOf(testPod('app'), soft)).toEqual([]);
  });
});

describe('the node', () => {
  const hasTerms = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'Gt', values?: string[]) =>
    testPod('app', { nodeTerms: [{ matchExpressions: [{ key, operator, values }] }] });

  it('may be named', () => {
    expect(filtersOf(testPod('app', { nodeName: 'b' }), a)).toEqual(['node-name']);
    expect(filtersOf(testPod('app', { nodeName: 'a' }), a)).toEqual([]);
  });

  it('may be selected by its labels; one of the terms is enough, an empty one matches nothing', () => {
    expect(filtersOf(testPod('app', { nodeSelector: { disk: 'ssd' } }), a)).toEqual([
      'node-affinity',
    ]);
    expect(filtersOf(hasTerms('disk', 'Exists'), a)).toEqual(['node-affinity']);
    expect(filtersOf(hasTerms('disk', 'NotIn', ['ssd']), a)).toEqual([]);
    expect(filtersOf(testPod('app', { nodeTerms: [{}] }), a)).toEqual(['node-affinity']);
    const large = testNode('a', { labels: { cores: '4' } });
    expect(filtersOf(hasTerms('cores', 'Gt', ['2']), large)).toEqual([]);
    const either = { key: 'cores', operator: 'In' as const, values: ['4'] };
    const terms = [{ matchExpressions: [{ ...either, key: 'x' }] }, { matchExpressions: [either] }];
    expect(filtersOf(testPod('app', { nodeTerms: terms }), large)).toEqual([]);
  });

  it('of another architecture is told as such', () => {
    const amd = testPod('app', { nodeSelector: { 'kubernetes.io/arch': 'amd64' } });
    expect(filtersOf(amd, a)).toEqual(['architecture']);
    expect(filtersOf(hasTerms('kubernetes.io/arch', 'In', ['arm64', 'amd64']), a)).toEqual([]);
  });
});

describe('ports of the host', () => {
  const port = (ip = '0.0.0.0', protocol = 'TCP') =>
    testPod('x', { hostPorts: [{ port: 80, protocol, ip }] });

  it('are taken once for each protocol and address', () => {
    const there: [Pod, string][] = [[port(), 'a']];
    expect(filtersOf(port(), a, { there })).toEqual(['host-port']);
    expect(filtersOf(port('0.0.0.0', 'UDP'), a, { there })).toEqual([]);
    expect(filtersOf(port('10.0.0.1'), a, { there })).toEqual(['host-port']);
    const other: [Pod, string][] = [[port('10.0.0.2'), 'a']];
    expect(filtersOf(port('10.0.0.1'), a, { there: other })).toEqual([]);
    expect(filtersOf(port(), b, { there })).toEqual([]);
  });
});

describe('volumes', () => {
  const claims = new Map([
    ['shop/data', { isForOnePod: false }],
    ['shop/alone', { isForOnePod: true }],
    ['shop/block', { isForOnePod: false, lacksClass: 'oci-bv' }],
    ['shop/old', { isForOnePod: false, node: 'b' }],
  ]);
  const using = (claim: string) => testPod(`with ${claim}`, { claims: [claim] });

  it('of a node keep their pods there', () => {
    const there: [Pod, string][] = [[using('data'), 'b']];
    expect(filtersOf(using('data'), a, { there, more: { claims } })).toEqual(['volume']);
    expect(filtersOf(using('data'), b, { there, more: { claims } })).toEqual([]);
    expect(filtersOf(using('old'), a, { more: { claims } })).toEqual(['volume']);
  });

  it('for one pod are for one pod', () => {
    const there: [Pod, string][] = [[using('alone'), 'a']];
    expect(filtersOf(using('alone'), a, { there, more: { claims } })).toEqual(['volume']);
  });

  it('that nobody claimed or provides are waited for in vain', () => {
    expect(filtersOf(using('lost'), a, { more: { claims } })).toEqual(['volume']);
    expect(filtersOf(using('block'), a, { more: { claims } })).toEqual(['volume']);
  });
});

describe('spreading', () => {
  const rule = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'DoNotSchedule' as const,
    labelSelector: { matchLabels: { app: 'app' } },
  };
  const app = (more: object = {}) => testPod('app', { spread: [{ ...rule, ...more }] });
  const one: [Pod, string][] = [[testPod('app'), 'a']];

  it('lets no domain be too far ahead of the emptiest', () => {
    expect(filtersOf(app(), a, { there: one })).toEqual(['spread']);
    expect(filtersOf(app(), b, { there: one })).toEqual([]);
    expect(filtersOf(app({ maxSkew: 2 }), a, { there: one })).toEqual([]);
  });

  it('counts only pods of the namespace that match', () => {
    const stranger: [Pod, string][] = [[testPod('app', { namespace: 'other' }), 'a']];
    expect(filtersOf(app(), a, { there: stranger })).toEqual([]);
  });

  it('counts only nodes that the pod may have, unless it says otherwise', () => {
    const onlyA = { ...app(), nodeSelector: { 'kubernetes.io/hostname': 'a' } };
    expect(filtersOf(onlyA, a, { there: one })).toEqual([]);
    const ignoring = {
      ...app({ nodeAffinityPolicy: 'Ignore' }),
      nodeSelector: { 'kubernetes.io/hostname': 'a' },
    };
    expect(filtersOf(ignoring, a, { there: one })).toEqual(['spread']);
  });

  it('over fewer domains than asked for starts from nothing', () => {
    const both: [Pod, string][] = [...one, [testPod('app'), 'b']];
    expect(filtersOf(app({ minDomains: 3 }), a, { there: both })).toEqual(['spread']);
    expect(filtersOf(app(), a, { there: both })).toEqual([]);
  });

  it('over a label that a node lacks keeps the pod away from it', () => {
    expect(filtersOf(app({ topologyKey: 'zone' }), a)).toEqual(['spread']);
  });

  it('tells versions apart by the hash of their template', () => {
    const version = (hash: string) => ({ app: 'app', 'pod-template-hash': hash });
    const there: [Pod, string][] = [[testPod('app', { labels: version('old') }), 'a']];
    const next = {
      ...app({ matchLabelKeys: ['pod-template-hash'] }),
      labels: version('new'),
    };
    expect(filtersOf(next, a, { there })).toEqual([]);
    expect(filtersOf({ ...next, labels: version('old') }, a, { there })).toEqual(['spread']);
  });
});

describe('company', () => {
  const near = (app: string, topologyKey = 'kubernetes.io/hostname', more: object = {}) => ({
    labelSelector: { matchLabels: { app } },
    topologyKey,
    ...more,
  });
  const there: [Pod, string][] = [[testPod('cart'), 'a']];

  it('that is wanted has to be in the same domain', () => {
    const pod = testPod('app', { affinity: [near('cart')] });
    expect(filtersOf(pod, a, { there })).toEqual([]);
    expect(filtersOf(pod, b, { there })).toEqual(['affinity']);
    expect(filtersOf(pod, a)).toEqual(['affinity']);
  });

  it('of its own kind does not keep the first one waiting', () => {
    const pod = testPod('app', { affinity: [near('app')] });
    expect(filtersOf(pod, a)).toEqual([]);
    expect(filtersOf(pod, b, { there: [[testPod('app'), 'a']] })).toEqual(['affinity']);
    expect(filtersOf(testPod('app', { affinity: [near('app', 'zone')] }), a)).toEqual(['affinity']);
  });

  it('that is not wanted is kept away from, both ways', () => {
    const shy = testPod('app', { antiAffinity: [near('cart')] });
    expect(filtersOf(shy, a, { there })).toEqual(['anti-affinity']);
    expect(filtersOf(shy, b, { there })).toEqual([]);
    const shyCart: [Pod, string][] = [[testPod('cart', { antiAffinity: [near('app')] }), 'a']];
    expect(filtersOf(testPod('app'), a, { there: shyCart })).toEqual(['anti-affinity']);
  });

  it('in other namespaces counts only where they are named or selected', () => {
    const far: [Pod, string][] = [[testPod('cart', { namespace: 'sales' }), 'a']];
    const shy = (more: object) =>
      testPod('app', { antiAffinity: [near('cart', 'kubernetes.io/hostname', more)] });
    expect(filtersOf(shy({}), a, { there: far })).toEqual([]);
    expect(filtersOf(shy({ namespaces: ['sales'] }), a, { there: far })).toEqual(['anti-affinity']);
    expect(filtersOf(shy({ namespaceSelector: {} }), a, { there: far })).toEqual(['anti-affinity']);
    const selector = { namespaceSelector: { matchLabels: { part: 'mkt' } } };
    const more = { namespaces: new Map([['sales', { part: 'mkt' }]]) };
    expect(filtersOf(shy(selector), a, { there: far })).toEqual([]);
    expect(filtersOf(shy(selector), a, { there: far, more })).toEqual(['anti-affinity']);
  });
});
