import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { contexts, isNeededAtStart } from '@mkt/topology';
import { describe, expect, test } from 'vitest';
import type { Fields, KubeObject } from '../../objects.ts';
import { partsOf } from '../../render/parts.ts';
import { find, objectsOf, production } from '../../testing.ts';

const objects = objectsOf();
const root = join(import.meta.dirname, '../../..');
const applications = objects.filter(({ kind }) => kind === 'Application');
const waveOf = ({ metadata }: KubeObject): number =>
  Number(metadata.annotations?.['argocd.argoproj.io/sync-wave']);
const waveOfApplication = (name: string): number => waveOf(find(applications, 'Application', name));

describe('applications', () => {
  test('are the root, one for each context, and one for each part of the platform', () => {
    const names = applications.map(({ metadata }) => metadata.name);
    expect(new Set(names)).toEqual(
      new Set([
        'root',
        ...contexts,
        'definitions',
        'cluster',
        'admission',
        'data',
        'monitoring',
        'ingress',
      ]),
    );
    expect(names).toHaveLength(new Set(names).size);
  });

  test('read a folder that is rendered, from the one repository that their project allows', () => {
    for (const { spec } of applications) {
      expect(existsSync(join(root, spec.source.path)), spec.source.path).toBe(true);
      const project = find(objects, 'AppProject', spec.project);
      expect(project.spec.sourceRepos).toEqual([spec.source.repoURL]);
      expect(project.spec.destinations).toContainEqual(spec.destination);
    }
  });

  test('heal, prune, apply on the server, and take up a fix after a broken commit', () => {
    for (const { spec } of applications) {
      expect(spec.syncPolicy.automated).toMatchObject({ prune: true, selfHeal: true });
      expect(spec.syncPolicy.syncOptions).toContain('ServerSideApply=true');
      expect(spec.syncPolicy.syncOptions).not.toContain('RespectIgnoreDifferences=true');
      expect(spec.syncPolicy.retry).toMatchObject({ limit: -1, refresh: true });
    }
  });

  test('come in order: stores before services, callees before callers, the way in last', () => {
    for (const { from, to } of production.edges.filter(isNeededAtStart)) {
      const [caller, callee] = [from, to].map(production.contextOf);
      expect(waveOfApplication(callee ?? '')).toBeLessThanOrEqual(waveOfApplication(caller ?? ''));
    }
    for (const context of contexts) {
      expect(waveOfApplication('data')).toBeLessThan(waveOfApplication(context));
      expect(waveOfApplication(context)).toBeLessThan(waveOfApplication('ingress'));
    }
    for (const first of ['definitions', 'cluster', 'admission']) {
      expect(waveOfApplication(first)).toBeLessThan(waveOfApplication('data'));
    }
  });

  test('come after their projects and the rule of their health, without which they fail', () => {
    const before = objects.filter(({ kind }) => kind === 'AppProject');
    expect(before.length).toBeGreaterThan(1);
    for (const object of [...before, find(objects, 'ConfigMap', 'argocd-cm')]) {
      for (const application of applications) {
        expect(waveOf(object), object.metadata.name).toBeLessThan(waveOf(application));
      }
    }
  });

  test('bring the priorities of pods before Argo CD, whose own pods have one', () => {
    const parts = partsOf(production);
    const waveOfPart = (name: string) => parts.find((part) => part.name === name)?.wave;
    expect(waveOfPart('cluster')).toBeLessThan(waveOfPart('bootstrap') ?? 0);
  });

  test('wait for each other: their own health is that of what they hold', () => {
    const settings = find(objects, 'ConfigMap', 'argocd-cm');
    const script: string =
      settings['data']['resource.customizations.health.argoproj.io_Application'];
    expect(script).toContain('obj.status.health.status');
    expect(settings.metadata.labels?.['app.kubernetes.io/part-of']).toBe('argocd');
  });
});

describe('within an application', () => {
  test('a service comes after those that it calls, its settings and its quota before', () => {
    for (const { from, to } of production.edges.filter(isNeededAtStart)) {
      if (production.contextOf(from) !== production.contextOf(to)) continue;
      const [caller, callee] = [from, to].map((name) => waveOf(find(objects, 'Deployment', name)));
      expect(callee).toBeLessThan(caller ?? 0);
    }
    const order = waveOf(find(objects, 'Deployment', 'order'));
    expect(waveOf(find(objects, 'ConfigMap', 'order-settings'))).toBeLessThan(order);
    expect(waveOf(find(objects, 'Namespace', 'sales'))).toBeLessThan(
      waveOf(find(objects, 'ConfigMap', 'order-settings')),
    );
  });

  test('a volume comes with the pod that has it placed, or its wave would never end', () => {
    const claims = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim');
    expect(claims.length).toBeGreaterThan(4);
    for (const claim of claims) {
      const users = objects.filter((one) =>
        one.spec?.template?.spec.volumes?.some(
          (volume: Fields) => volume.persistentVolumeClaim?.claimName === claim.metadata.name,
        ),
      );
      expect(users.map(waveOf), claim.metadata.name).toEqual([waveOf(claim)]);
    }
  });
});

describe('a project', () => {
  test('allows every kind and namespace that its applications hold, and no secrets', () => {
    for (const part of partsOf(production)) {
      const application = applications.find(({ spec }) =>
        spec.source.path.endsWith(`/${part.name}`),
      );
      if (!application) continue;
      const { spec } = find(objects, 'AppProject', application.spec.project);
      for (const { objects: own } of part.charts) {
        for (const object of own) {
          const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
          const list = object.metadata.namespace
            ? spec.namespaceResourceWhitelist
            : spec.clusterResourceWhitelist;
          expect(list).toContainEqual({ group, kind: object.kind });
          const allowed = spec.destinations.map((one: Fields) => one.namespace);
          if (object.metadata.namespace) expect(allowed).toContain(object.metadata.namespace);
        }
      }
      const kinds = spec.namespaceResourceWhitelist.map((one: Fields) => one.kind);
      expect(kinds).not.toContain('Secret');
    }
  });
});
