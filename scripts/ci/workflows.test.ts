import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { imageRepository } from '../../packages/topology/src/index.ts';
import { usualPace, workflowUses } from '../../policies/budget/uses/workflows.ts';
import { fromRoot } from '../bootstrap/root.mjs';
import { callsIn, faultsOfCalls, type KnownCommand } from './mkt-calls.ts';
import { faultsOf, type Workflow, writersOf } from './workflows.ts';

const folder = fromRoot('.github/workflows');
const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
const read = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8');
const workflow = (name: string): Workflow => parse(read(name)) as Workflow;
const known = JSON.parse(
  readFileSync(fromRoot('cli/command-snapshot.json'), 'utf8'),
) as readonly KnownCommand[];
const scriptsOf = ({ jobs }: Workflow): readonly string[] =>
  Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));

describe('workflows of the repository', () => {
  it('are there', () => {
    const all = ['ci', 'drill', 'image', 'prune', 'render-and-budget'].map((name) => `${name}.yml`);
    expect(names).toEqual(expect.arrayContaining(all));
  });

  it.each(names)('%s pins its actions, limits its rights and ends in time', (name) => {
    expect(faultsOf(parse(read(name)) as Workflow)).toEqual([]);
  });

  it.each(names)('%s says beside every pin which version it is', (name) => {
    const uses = read(name)
      .split('\n')
      .filter((line) => line.includes('uses:'));
    expect(uses.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it('run the commands that a person runs', () => {
    const { jobs } = parse(read('ci.yml')) as Workflow;
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run));
    expect(commands).toEqual(expect.arrayContaining(['npm test', 'npm run check']));
  });
});

describe('the rights of the workflows', () => {
  it.each([
    ['ci.yml', []],
    ['drill.yml', []],
    ['prune.yml', ['images: packages']],
    ['render-and-budget.yml', ['comment: pull-requests']],
    [
      'image.yml',
      [
        'build: packages',
        'publish: attestations',
        'publish: id-token',
        'publish: packages',
        'propose: actions',
        'propose: contents',
        'propose: pull-requests',
        'prune: packages',
      ],
    ],
  ])('of %s are these and no more', (name, writers) => {
    expect(writersOf(workflow(name))).toEqual(writers);
  });

  it('are written by no job that runs the code of a pull request', () => {
    for (const name of names) {
      const { on, jobs } = parse(read(name)) as Workflow & { readonly on: object };
      if (!('pull_request' in on)) continue;
      const writers = new Set(writersOf({ jobs }).map((line) => line.split(':')[0] ?? ''));
      for (const writer of writers) {
        const uses = jobs[writer]?.steps.flatMap((step) => step.uses ?? []);
        expect([name, writer, uses]).toEqual([name, writer, []]);
      }
    }
  });
});

describe('what the workflows run of mkt', () => {
  it.each(names)('is there: %s', (name) => {
    const faults = scriptsOf(workflow(name)).flatMap((script) => faultsOfCalls(script, known));
    expect(faults).toEqual([]);
  });

  it('is the render, the budget, the month and the pruning', () => {
    const calls = names.flatMap((name) => scriptsOf(workflow(name)).flatMap(callsIn));
    const commands = new Set(calls.map((words) => words.slice(0, 2).join(' ')));
    for (const command of [
      'lint',
      'manifests diff',
      'budget check',
      'budget simulate',
      'images prune',
    ]) {
      expect(commands).toContain(command);
    }
  });

  it.each([
    ['./mkt images prune --keep 10 --yes', []],
    ['./mkt images prune --keepp=10', ['mkt images prune has no --keepp']],
    ['./mkt budget check -q --json | jq --exit-status .data', []],
    ['./mkt budget check -z', ['mkt budget check has no -z']],
    ['a=$(./mkt budget chekc --env x)', ['mkt budget chekc --env x: there is no such command']],
    ['./mkt budget check \\\n  --enw staging', ['mkt budget check has no --enw']],
  ])('is judged by its words: %j', (script, faults) => {
    expect(faultsOfCalls(script, known)).toEqual(faults);
  });
});

describe('the budget', () => {
  it.each(names)('can count the minutes of %s', (name) => {
    const file = { path: `.github/workflows/${name}`, text: read(name) };
    const { uses, faults } = workflowUses([file], usualPace);
    expect(faults).toEqual([]);
    const [minutes] = uses.filter(({ limitId }) => limitId.includes('minutes'));
    expect(minutes?.quantity).toBeGreaterThan(0);
  });
});

describe('the image', () => {
  it('is published where the topology looks for it', () => {
    const { env } = workflow('image.yml') as Workflow & { readonly env: Record<string, string> };
    expect(env['IMAGE']).toBe(imageRepository);
  });

  it('is not built anew for the pull request that names it', () => {
    const { on } = parse(read('image.yml')) as { on: { push: { paths: string[] } } };
    const { paths } = on.push;
    expect(paths.indexOf('!packages/topology/src/images.ts')).toBeGreaterThan(
      paths.indexOf('packages/**'),
    );
    expect(paths.filter((path) => path.startsWith('argocd'))).toEqual([]);
  });

  it('is made of images that are pinned by digest', () => {
    const { jobs } = workflow('image.yml') as unknown as {
      jobs: { build: { env: Record<string, string> } };
    };
    const { BUILDKIT, SBOM } = jobs.build.env;
    for (const image of [BUILDKIT, SBOM])
      expect(image).toMatch(/:v?\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$/);
  });
});

describe('the documents', () => {
  it('are tested on a real MongoDB as well', () => {
    const { jobs } = parse(read('ci.yml')) as Workflow;
    expect(jobs.mongodb?.services?.mongodb?.image).toMatch(/^mongo:8\./);
    expect(jobs.mongodb?.steps.map(({ run }) => run)).toContain(
      'npm test -- packages/mongo services/product tests/shapes/shapes.test.ts',
    );
  });
});

describe('a workflow is refused', () => {
  const expression = (inner: string): string => `\${{ ${inner} }}`;
  const pinned = 'actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd';
  const good: Workflow = {
    permissions: { contents: 'read' },
    concurrency: { group: 'g' },
    jobs: {
      test: {
        'runs-on': 'ubuntu-24.04',
        'timeout-minutes': 5,
        steps: [{ uses: pinned, with: { 'persist-credentials': false } }],
      },
    },
  };
  const withJob = (change: Partial<Workflow['jobs'][string]>): Workflow => ({
    ...good,
    jobs: { test: { 'runs-on': 'ubuntu-24.04', 'timeout-minutes': 5, steps: [], ...change } },
  });
  const withMachines = (...machines: readonly string[]): Workflow =>
    withJob({ 'runs-on': expression('matrix.runner'), strategy: { matrix: { runner: machines } } });

  it('never, when it keeps every rule', () => {
    expect(faultsOf(good)).toEqual([]);
    expect(faultsOf(withMachines('ubuntu-24.04', 'ubuntu-24.04-arm'))).toEqual([]);
  });

  it.each<[string, Workflow]>([
    [
      'test uses actions/checkout@v6, not a commit',
      withJob({ steps: [{ uses: 'actions/checkout@v6' }] }),
    ],
    ['test runs on ubuntu-latest-arm, which changes by itself', withMachines('ubuntu-latest-arm')],
    ['test has the rights write-all', withJob({ permissions: 'write-all' })],
    [
      'test puts an expression into a script',
      withJob({ steps: [{ run: `echo ${expression('github.head_ref')}` }] }),
    ],
    ['test leaves the token in the checkout', withJob({ steps: [{ uses: pinned }] })],
    ['test has no timeout of at most 60 minutes', withJob({ 'timeout-minutes': 360 })],
    [
      'test runs on ubuntu-latest, which changes by itself',
      withJob({ 'runs-on': 'ubuntu-latest' }),
    ],
    [
      'test runs mongo:8, which names no exact version',
      withJob({ services: { mongodb: { image: 'mongo:8' } } }),
    ],
    ['the default rights are more than reading', { ...good, permissions: { contents: 'write' } }],
    ['the default rights are more than reading', { ...good, permissions: 'write-all' }],
    ['there is no concurrency group', { permissions: { contents: 'read' }, jobs: good.jobs }],
  ])('because %s', (fault, workflow) => {
    expect(faultsOf(workflow)).toEqual([fault]);
  });
});
