import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentNames } from '@mkt/topology';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diff, ManifestError, render } from './index.ts';
import { readTree } from './render/diff.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mkt-manifests-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const rendered = () => readTree(join(dir, 'argocd/rendered'));

describe('rendering', () => {
  test('twice writes the same bytes, and what is committed', () => {
    render(dir);
    const first = rendered();
    expect(render(dir).changes).toEqual([]);
    expect(rendered()).toEqual(first);
    expect(readTree(join(import.meta.dirname, '../argocd/rendered'))).toEqual(first);
  });

  test('of all environments takes less than a second of processor time once all is loaded', () => {
    render(dir);
    const before = process.threadCpuUsage();
    diff(dir);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });

  test('of one environment leaves the others as they are, and takes away what is no more', () => {
    render(dir);
    const stray = join(dir, 'argocd/rendered/staging/sales/gone.yaml');
    const other = join(dir, 'argocd/rendered/production/sales/order.yaml');
    writeFileSync(stray, 'x\n');
    writeFileSync(other, 'changed\n');
    const { changes } = render(dir, { environments: ['staging'] });
    expect(changes.map(({ path, change }) => [path, change])).toEqual([
      ['staging/sales/gone.yaml', 'removed'],
    ]);
    expect(rendered().get('production/sales/order.yaml')).toBe('changed\n');
  });

  test('writes nothing at all where one environment cannot be made', () => {
    const names = [environmentNames[0], 'nowhere'];
    expect(() => render(dir, { environments: names })).toThrow(ManifestError);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('for another repository names it in every application and project, and only there', () => {
    render(dir);
    const usual = rendered();
    const repository = { url: 'file:///srv/git/copy', revision: 'try' };
    const { changes } = render(dir, { environments: ['staging'], repository });
    expect(changes.map(({ path }) => path)).toEqual([
      'staging/argocd/applications.yaml',
      'staging/argocd/projects.yaml',
      'staging/root/projects.yaml',
      'staging/root/root.yaml',
    ]);
    const text = rendered().get('staging/argocd/applications.yaml') ?? '';
    expect(text).not.toContain('https://github.com');
    expect(text.match(/targetRevision: try/g)?.length).toBe(
      usual.get('staging/argocd/applications.yaml')?.match(/targetRevision: main/g)?.length,
    );
  });
});
