import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fromRoot } from '../bootstrap/root.mjs';
import { faultsOf, type Workflow } from './workflows.ts';

const folder = fromRoot('.github/workflows');
const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
const read = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8');

describe('workflows of the repository', () => {
  it('are there', () => {
    expect(names).toContain('ci.yml');
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

  it('never, when it keeps every rule', () => {
    expect(faultsOf(good)).toEqual([]);
  });

  it.each<[string, Workflow]>([
    [
      'test uses actions/checkout@v6, not a commit',
      withJob({ steps: [{ uses: 'actions/checkout@v6' }] }),
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
