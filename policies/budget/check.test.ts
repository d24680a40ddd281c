import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments } from '@mkt/topology';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckOptions, checkBudget } from './check.ts';
import type { BudgetInputError } from './input-error.ts';
import { reportSchema } from './report/report.ts';
import { deploymentText } from './testing/manifest.ts';

const repositoryDir = join(import.meta.dirname, '..', '..');
const costFile = 'packages/topology/src/cost-model.ts';
let root: string;

const git = (...args: readonly string[]) => {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.test'];
  const { status, stderr } = spawnSync('git', ['-C', root, ...identity, ...args], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
};
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
const render = (memory: string) =>
  write('argocd/rendered/production/sales/app.yaml', deploymentText({ name: 'app', memory }));
const check = (options: Partial<CheckOptions> = {}) =>
  checkBudget({
    root,
    environment: 'production',
    day: '2026-11-27',
    acknowledged: false,
    ...options,
  });
const refusal = async (options: Partial<CheckOptions>) =>
  (await check(options).then(
    () => expect.fail('nothing was refused'),
    (error: unknown) => error,
  )) as BudgetInputError;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'mkt-check-'));
  cpSync(join(repositoryDir, 'packages/topology/src'), join(root, 'packages/topology/src'), {
    recursive: true,
  });
  write('packages/topology/package.json', '{ "type": "module" }');
  write('.github/workflows/ci.yml', 'on: push\njobs: { a: { timeout-minutes: 2, steps: [] } }\n');
  render('100Mi');
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'base');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a check', () => {
  it('reports about the environment on its own profile, in the published shape', async () => {
    const report = await check();
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      environment: 'production',
      profile: environments.production.profile,
      day: '2026-11-27',
    });
    const limits = new Set(report.lines.map(({ limitId }) => limitId));
    for (const id of [
      'oracle.a1.ocpu-hours',
      'oracle.egress.gb',
      'atlas.connections.count',
      'atlas.collections.count',
      'atlas.operations.per-second',
      'neon.projects.count',
      'cloudflare.pages.domains',
      'github.actions.public-minutes',
    ]) {
      expect(limits, id).toContain(id);
    }
  });

  it('answers the same twice', async () => {
    expect(JSON.stringify(await check())).toBe(JSON.stringify(await check()));
  });

  it('takes the limits of the day it is asked for', async () => {
    const ocpuHours = async (day: string) =>
      (await check({ day })).lines.find(({ limitId }) => limitId === 'oracle.a1.ocpu-hours')?.limit;
    await expect(ocpuHours('2026-06-01')).resolves.toBe(3000);
    await expect(ocpuHours('2026-07-01')).resolves.toBe(1500);
  });

  it('of the original machines is refused with what they cost, and nothing of Oracle is judged of others', async () => {
    const original = await check({ profile: 'full-2x2' });
    expect(original.findings.map(({ rule }) => rule)).toContain('profile/may-cost');
    // 1,476 OCPU-hours at 0.01, and 8,856 GB-hours at 0.0015.
    const machines = original.findings
      .filter(({ limitId }) => limitId?.startsWith('oracle.a1.'))
      .reduce((sum, { costUsd = 0 }) => sum + costUsd, 0);
    expect(machines).toBeCloseTo(28.044, 6);
    const other = await check({ profile: 'any-k3s' });
    expect(other.lines.filter(({ limitId }) => limitId?.startsWith('oracle.'))).toEqual([]);
  });
});

describe('a check against a commit', () => {
  it('says that nothing changes where nothing does', async () => {
    const { base } = await check({ base: 'main' });
    expect(base).toMatchObject({ ref: 'main', commit: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(base?.differences).toEqual([]);
  });

  it('says what the manifests ask for more', async () => {
    render('196Mi');
    const { base } = await check({ base: 'main' });
    render('100Mi');
    expect(base?.differences).toContainEqual(
      expect.objectContaining({ subject: 'node main, memory, steady', text: '+96 MiB' }),
    );
  });

  it('says what use cases cost more', async () => {
    git('checkout', '-qb', 'cheaper');
    write(
      costFile,
      readFileSync(join(root, costFile), 'utf8').replaceAll('cpuMs: 36', 'cpuMs: 30'),
    );
    git('commit', '-qam', 'cheaper');
    const { base } = await check({ base: 'cheaper' });
    git('checkout', '-q', 'main');
    expect(base?.differences).toContainEqual(
      expect.objectContaining({ text: '+6', subject: 'ms of processor per order' }),
    );
  });

  it('leaves the work in progress and the folder for temporary files as they were', async () => {
    write('unfinished.txt', 'mine');
    await check({ base: 'main' });
    expect(readFileSync(join(root, 'unfinished.txt'), 'utf8')).toBe('mine');
  });

  it('refuses a commit that is none, and one without profiles', async () => {
    await expect(refusal({ base: 'nowhere' })).resolves.toMatchObject({
      code: 'BUDGET_BASE',
      message: 'There is no commit nowhere to compare with.',
    });
    git('checkout', '-q', '--orphan', 'early');
    git('rm', '-rqf', '--cached', '.');
    write('early.txt', '');
    git('add', 'early.txt');
    git('commit', '-qm', 'early');
    git('checkout', '-qf', 'main');
    await expect(refusal({ base: 'early' })).resolves.toMatchObject({
      code: 'BUDGET_BASE',
      message: 'early declares no environments and profiles to compare with.',
    });
  });
});

describe('what is given wrongly', () => {
  it('is a name, with the one that was meant', async () => {
    await expect(refusal({ profile: 'free-1x3' })).resolves.toMatchObject({
      code: 'BUDGET_NAME',
      next: expect.stringMatching(/^Did you mean free-1x2\? One of /),
    });
    await expect(refusal({ environment: 'produktion' })).resolves.toMatchObject({
      next: 'Did you mean production? One of staging, production.',
    });
  });

  it('is a manifest, with file and line, and nothing is judged', async () => {
    write('argocd/rendered/production/sales/bad.yaml', 'kind: Deployment\nspec:\n  replicas: -1\n');
    const { code, faults } = await refusal({});
    rmSync(join(root, 'argocd/rendered/production/sales/bad.yaml'));
    expect(code).toBe('BUDGET_INPUT');
    expect(faults).toContainEqual({
      file: 'argocd/rendered/production/sales/bad.yaml',
      line: 3,
      what: expect.stringMatching(/^Deployment: spec\.replicas: /),
    });
  });

  it('is an environment whose manifests nobody rendered', async () => {
    await expect(refusal({ environment: 'staging' })).resolves.toMatchObject({
      message: 'There are no rendered manifests of staging.',
      next: 'mkt manifests render',
    });
  });

  it('is a day that the catalogue does not reach', async () => {
    await expect(refusal({ day: '2020-01-01' })).resolves.toMatchObject({ code: 'BUDGET_NAME' });
  });
});
