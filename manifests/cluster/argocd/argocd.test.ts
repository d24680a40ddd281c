import { describe, expect, test } from 'vitest';
import { argoNames } from '../../charts/argo/core-names.ts';
import type { Fields } from '../../objects.ts';
import { objectsOf } from '../../testing.ts';
import { unfinishedApplications } from './applications.ts';
import { containerOf, localArgs, localEnv } from './args.ts';

const application = (status: Fields): Fields => ({ metadata: { name: 'sales' }, status });
const done = {
  sync: { status: 'Synced', revision: 'abc' },
  health: { status: 'Healthy' },
  operationState: { phase: 'Succeeded' },
};
const whyOf = (status: Fields, revision = 'abc') =>
  unfinishedApplications([application(status)], { names: ['sales'], revision })[0]?.why;

describe('an application', () => {
  test('is finished when it is Synced and Healthy at the commit that is waited for', () => {
    expect(whyOf(done)).toBeUndefined();
    expect(whyOf(done, 'def')).toContain('at abc');
  });

  test('is not while it is made, compared or synced, or complains', () => {
    expect(unfinishedApplications([], { names: ['sales'], revision: 'abc' })[0]?.why).toBe(
      'is not there',
    );
    expect(whyOf(undefined)).toBe('not compared, no health; at no commit');
    expect(whyOf({ ...done, operationState: { phase: 'Running' } })).toContain('Running');
    const conditions = [{ type: 'SyncError', message: 'no such kind' }];
    expect(whyOf({ ...done, conditions })).toContain('SyncError: no such kind');
  });

  test('names the objects that keep it from it', () => {
    const resources = [
      { kind: 'Service', name: 'order', status: 'Synced', health: { status: 'Healthy' } },
      { kind: 'ConfigMap', name: 'order', status: 'Synced' },
      { kind: 'Deployment', name: 'order', status: 'Synced', health: { status: 'Progressing' } },
    ];
    const why = whyOf({ ...done, health: { status: 'Progressing' }, resources });
    expect(why).toContain('Deployment/order Synced Progressing');
    expect(why).not.toContain('Service/order');
    expect(why).not.toContain('ConfigMap/order');
  });
});

describe("Argo CD's programs", () => {
  const controller = containerOf(objectsOf(), argoNames.controller);

  test('are started with the rendered arguments, at addresses of this computer', () => {
    const ports = { redis: 1, repoServer: 2, repoServerMetrics: 3, controllerMetrics: 4 };
    const args = localArgs(controller, ports);
    expect(args).toHaveLength(controller.args.length);
    expect(args).toContain('--redis=127.0.0.1:1');
    expect(args).toContain('--repo-server=127.0.0.1:2');
    expect(args.join(' ')).not.toContain('argocd-');
  });

  test('are given the rendered environment, but for folders of the container', () => {
    expect(localEnv(controller)).toEqual({ ARGOCD_CONTROLLER_REPLICAS: '1', GOMEMLIMIT: '460MiB' });
  });
});
