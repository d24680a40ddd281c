import { describe, expect, test } from 'vitest';
import type { Fields } from '../../objects.ts';
import { changedIn } from './again.ts';
import { pendingOf, unfinishedOf } from './pods.ts';
import { warningsOf } from './policies.ts';
import { judged } from './refusals.ts';
import { nextImage } from './rollout.ts';
import { differencesOf, roomReckoned, roomTaken } from './room.ts';

const deployment = (status: Fields): Fields => ({
  kind: 'Deployment',
  metadata: { name: 'order', namespace: 'sales', generation: 2 },
  spec: { replicas: 1 },
  status,
});

describe('a workload', () => {
  const whole = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1 };

  test('is finished when all its pods are of its last version and ready', () => {
    expect(unfinishedOf(deployment(whole))).toEqual([]);
  });

  test('is not while an old pod is left, or nobody has looked at its last version', () => {
    expect(unfinishedOf(deployment({ ...whole, replicas: 2 }))[0]?.why).toContain('2 there');
    expect(unfinishedOf(deployment({ ...whole, observedGeneration: 1 }))).toHaveLength(1);
  });

  test('that may not make pods says why', () => {
    const conditions = [
      { type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: quota' },
      { type: 'Progressing', status: 'True', message: 'on its way' },
    ];
    const [finding] = unfinishedOf(deployment({ observedGeneration: 2, conditions }));
    expect(finding?.object).toBe('sales/Deployment/order');
    expect(finding?.why).toBe('1 wanted, 0 there, 0 new, 0 ready. exceeded quota: quota');
  });

  test('of one pod a machine is finished when each machine has one', () => {
    const daemons = (ready: number): Fields => ({
      ...deployment({
        observedGeneration: 2,
        desiredNumberScheduled: 2,
        currentNumberScheduled: 2,
        updatedNumberScheduled: 2,
        numberReady: ready,
      }),
      kind: 'DaemonSet',
      spec: {},
    });
    expect(unfinishedOf(daemons(2))).toEqual([]);
    expect(unfinishedOf(daemons(1))).toHaveLength(1);
  });
});

test('a pod without a node tells what the scheduler says', () => {
  const conditions = [
    { type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' },
  ];
  const pod: Fields = { kind: 'Pod', metadata: { name: 'a', namespace: 'sales' } };
  expect(pendingOf({ ...pod, status: { conditions } })).toEqual([
    { object: 'sales/Pod/a', why: '0/1 nodes are available' },
  ]);
  expect(pendingOf({ ...pod, status: { conditions: [] } })).toEqual([]);
});

test('a policy tells each expression whose types do not fit', () => {
  const policy: Fields = {
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'mkt-pods' },
    status: { typeChecking: { expressionWarnings: [{ fieldRef: 'spec.a', warning: 'no key' }] } },
  };
  expect(warningsOf(policy)).toEqual([
    { object: 'cluster/ValidatingAdmissionPolicy/mkt-pods', why: 'spec.a: no key' },
  ]);
  expect(warningsOf({ ...policy, status: { typeChecking: {} } })).toEqual([]);
});

describe('a sample of an admission policy', () => {
  const rule = { name: 'images-by-digest', expression: 'false', message: 'Name it by digest.' };
  const sample = (kind: string, name = rule.name): Fields => ({
    policy: 'mkt-workloads',
    rule: { ...rule, name },
    good: { kind, metadata: { name: 'sample', namespace: 'sales' } },
  });
  const passed = { exitCode: 0, stdout: '', stderr: '' };
  const refused = (stderr: string) => ({ exitCode: 1, stdout: '', stderr });

  test('is judged as our own tests do when the rule itself refuses the bad one alone', () => {
    expect(judged(sample('Deployment'), passed, refused('denied: Name it by digest.'))).toEqual([]);
  });

  test('tells a policy that refuses all, none, or leaves it to another', () => {
    const whysOf = (...runs: [Fields, Fields]) =>
      judged(sample('Deployment'), ...runs).map(({ why }) => why);
    const denied = refused('denied: Name it by digest.');
    expect(whysOf(denied, denied)[0]).toContain('refuses sales/Deployment/sample');
    expect(whysOf(passed, passed)).toEqual(['lets it through']);
    expect(whysOf(passed, refused('no such field'))[0]).toContain('is not what refuses it');
  });

  test('of a pod may be refused by its namespace, which fills in what it asks for', () => {
    expect(judged(sample('Pod'), passed, refused('violates PodSecurity'))).toEqual([]);
    expect(judged(sample('Pod', 'requests-and-limits'), passed, passed)).toEqual([]);
    expect(judged(sample('Pod'), passed, passed)).toHaveLength(1);
  });
});

test('what would change if applied again is told for each object', () => {
  const diff = [
    'diff -u -N /tmp/LIVE-1/v1.Service.sales.order /tmp/MERGED-2/v1.Service.sales.order',
    '--- /tmp/LIVE-1/v1.Service.sales.order\t2026-11-28 02:00:00',
    '+++ /tmp/MERGED-2/v1.Service.sales.order\t2026-11-28 02:00:00',
    '@@ -1,3 +1,3 @@',
    ' spec:',
    '-  type: ClusterIP',
    '+  type: NodePort',
    '',
  ].join('\n');
  expect(changedIn(diff)).toEqual([
    { object: 'v1.Service.sales.order', why: '-  type: ClusterIP\n  +  type: NodePort' },
  ]);
  expect(changedIn('')).toEqual([]);
});

test('a new version has an image of the same name and another digest', () => {
  const image = `ghcr.io/mkt/mkt@sha256:${'0'.repeat(64)}`;
  expect(nextImage(image)).toMatch(/^ghcr\.io\/mkt\/mkt@sha256:[0-9a-f]{64}$/);
  expect(nextImage(image)).not.toBe(image);
});

describe('the room that pods take', () => {
  const container = (cpu: string, memory: string): Fields => ({
    resources: { requests: { cpu, memory } },
  });
  const pod = (phase: string, spec: Fields): Fields => ({ spec, status: { phase } });

  test('is what runs together, or what the start takes alone where that is more', () => {
    const containers = [container('10m', '32Mi'), container('20m', '32Mi')];
    const initContainers = [container('100m', '16Mi')];
    const pods = [
      pod('Running', { nodeName: 'main', containers, initContainers }),
      pod('Succeeded', { nodeName: 'main', containers }),
      pod('Pending', { containers }),
    ];
    expect(roomTaken(pods)).toEqual({ pods: 1, cpuMilli: 100, memoryMiB: 64 });
  });

  test('is compared with what the budget check reckons on all machines', () => {
    const line = (subject: string, value: number): Fields => ({ subject, value });
    const lines = [
      line('pods, steady', 3),
      line('node main, cpu, steady', 100),
      line('node second, cpu, steady', 50),
      line('node main, memory, steady', 64),
      line('node main, memory, fullest', 640),
    ];
    const reckoned = roomReckoned({ lines } as Fields);
    expect(reckoned).toEqual({ pods: 3, cpuMilli: 150, memoryMiB: 64 });
    expect(differencesOf(reckoned, reckoned)).toEqual([]);
    expect(differencesOf({ ...reckoned, pods: 4 }, reckoned)).toEqual([
      { object: 'cluster/pods', why: '4 in the cluster, 3 by mkt budget check' },
    ]);
  });
});
