import { describe, expect, it } from 'vitest';
import { readManifests } from './read.ts';

const read = (text: string) => readManifests([{ path: 'a.yaml', text }]);

describe('manifests', () => {
  it('are read with the line on which each object begins', () => {
    const { objects, faults } = read(
      '# made\napiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n---\n' +
        'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: b\n',
    );
    expect(faults).toEqual([]);
    expect(objects.map(({ line, value }) => [value.metadata.name, line])).toEqual([
      ['a', 2],
      ['b', 6],
    ]);
  });

  it('of kinds that take no room are passed over, but their API groups are seen', () => {
    const { objects, groups } = read(
      'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: a }\n---\n' +
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { broken: [ }\n',
    );
    expect(objects).toEqual([]);
    expect([...groups]).toEqual([['networking.istio.io', { file: 'a.yaml', line: 1 }]]);
  });

  it('in a list are read one by one', () => {
    const { objects } = read(
      'apiVersion: v1\nkind: List\nitems:\n' +
        '  - { apiVersion: v1, kind: Namespace, metadata: { name: a } }\n',
    );
    // A list has a kind of its own, which is none of ours: it has to be seen all the same.
    expect(objects.map(({ value }) => value.metadata.name)).toEqual(['a']);
  });

  it('that are no YAML are refused with the line', () => {
    const { faults } = read('kind: Deployment\nmetadata:\n  name: a\n\tlabels: {}\n');
    expect(faults[0]).toMatchObject({ file: 'a.yaml', line: 4 });
  });

  it('with a wrong field are refused with its line and its path', () => {
    const { faults } = read(
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n---\napiVersion: apps/v1\n' +
        'kind: Deployment\nmetadata:\n  name: a\nspec:\n  replicas: many\n  template:\n' +
        '    spec:\n      containers: []\n',
    );
    expect(faults.map(({ line, what }) => [line, what.split(': ').slice(0, 2).join(' ')])).toEqual([
      [10, 'Deployment spec.replicas'],
      [13, 'Deployment spec.template.spec.containers'],
    ]);
  });

  it('without a kind are refused', () => {
    expect(read('metadata:\n  name: a\n').faults).toEqual([
      { file: 'a.yaml', line: 1, what: 'this is no Kubernetes object: no kind' },
    ]);
  });
});
