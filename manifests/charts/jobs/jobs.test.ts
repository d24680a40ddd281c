import { jobNames, jobs } from '@mkt/topology';
import { describe, expect, test } from 'vitest';
// Only the jobs know what they read; they are no part of the program that renders.
import { explainService } from '../../../marketplace/src/settings/explain.ts';
import { containersOf, type Fields, podOf } from '../../objects.ts';
import { jobSecretsOf } from '../../plan/job-settings.ts';
import { planOf } from '../../plan/plan.ts';
import { changedModel, find, objectsOf } from '../../testing.ts';

const all = objectsOf();
const cronJobs = all.filter(({ kind }) => kind === 'CronJob');
const names = cronJobs.map(({ metadata }) => metadata.name);
const podsContainers = (name: string): readonly Fields[] =>
  containersOf(podOf(find(all, 'CronJob', name)));

const sampleOf = (name: string): string =>
  name === 'DATABASE_URL' ? 'postgres://mkt:secret@db.example.test/shop' : 's'.repeat(43);

test('every job of the topology runs at night, and the dump', () => {
  expect(names.toSorted()).toEqual([...jobNames, 'postgres-dump'].toSorted());
});

describe.each(names)('the CronJob %s', (name) => {
  const { spec } = find(all, 'CronJob', name);
  const template = podOf(find(all, 'CronJob', name));

  test('runs alone, ends by a deadline, and gives way to everything else', () => {
    expect(spec).toMatchObject({ concurrencyPolicy: 'Forbid', timeZone: 'Etc/UTC' });
    expect(spec.startingDeadlineSeconds).toBeGreaterThan(0);
    expect(spec.jobTemplate.spec.activeDeadlineSeconds).toBeGreaterThan(0);
    expect(template?.spec.priorityClassName).toBe('mkt-batch');
    expect(template?.spec.restartPolicy).toBe('Never');
  });

  test('gains nothing: by digest, an ordinary user, a root that is read only, no token', () => {
    expect(template?.spec.automountServiceAccountToken).toBe(false);
    expect(template?.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    for (const { image, resources, securityContext } of podsContainers(name)) {
      expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
      expect(Object.keys(resources.limits)).toEqual(['cpu', 'memory']);
      expect(securityContext).toMatchObject({
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('is asked by nobody', () => {
    const policy = find(all, 'NetworkPolicy', name).spec;
    expect(policy.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(policy.ingress).toBeUndefined();
  });
});

test('no job begins before the deadline of another has passed', () => {
  const spans = cronJobs.map(({ metadata, spec }) => {
    const [minute = 0, hour = 0] = spec.schedule.split(' ').map(Number);
    const from = hour * 60 + minute;
    return {
      name: metadata.name,
      from,
      to: from + spec.jobTemplate.spec.activeDeadlineSeconds / 60,
    };
  });
  const inOrder = spans.toSorted((a, b) => a.from - b.from);
  for (const [at, { name, from }] of inOrder.entries()) {
    expect(from, name).toBeGreaterThanOrEqual(inOrder[at - 1]?.to ?? 0);
  }
  expect(inOrder.at(-1)?.to).toBeLessThan(6 * 60 + 1);
});

describe.each(jobs)('the settings of $name', (job) => {
  const container = podsContainers(job.name).find(({ name }) => name === job.name);

  test('are all settings that it reads, and enough for it to start', () => {
    const given = container?.env.map(({ name, value }: Fields) => [name, value ?? sampleOf(name)]);
    const explained = explainService(job.name, Object.fromEntries(given)).settings ?? [];
    expect(explained.filter(({ problem }) => problem !== null)).toEqual([]);
    const known = new Set([...explained.map(({ name }) => name), 'NODE_OPTIONS']);
    expect(given.map(([name]: [string]) => name).filter((one: string) => !known.has(one))).toEqual(
      [],
    );
  });

  test('name no secret that it has no use for', () => {
    const secrets = container?.env.filter(({ valueFrom }: Fields) => valueFrom);
    expect(secrets.map(({ name }: Fields) => name)).toEqual(
      jobSecretsOf(job).map(({ setting }) => setting),
    );
  });
});

describe('the restore drill', () => {
  test('reaches no database but its own, and cannot change a dump', () => {
    const { egress } = find(all, 'NetworkPolicy', 'restore-drill').spec;
    const ports = egress.flatMap((rule: Fields) => rule.ports.map(({ port }: Fields) => port));
    expect(ports).toEqual([4_318]);
    const mounts = podsContainers('restore-drill').flatMap((one) => one.volumeMounts);
    const dumps = mounts.filter(({ name }: Fields) => name === 'dumps');
    expect(dumps).toEqual([expect.objectContaining({ readOnly: true })]);
  });

  test('is not there where every database is a provider’s', () => {
    const home = 'neon' as const;
    const databases = {
      infrastructure: home,
      customer: home,
      discovery: home,
      sales: home,
      fulfillment: home,
      billing: home,
    };
    const elsewhere = objectsOf(
      planOf('production', changedModel({ environments: { production: { databases } } })),
    );
    const left = elsewhere.filter(({ kind }) => kind === 'CronJob');
    expect(left.map(({ metadata }) => metadata.name)).not.toContain('restore-drill');
  });
});
