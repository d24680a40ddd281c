import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fields, KubeObject } from '../objects.ts';
import { find, objectsOf } from '../testing.ts';
import { fieldProblems } from '../validate/fields.ts';
import { kindIds } from './kinds.ts';
import { strictSchemas } from './strict.ts';

const objects = objectsOf();

describe('strict schemas', () => {
  test('are made of the models that are installed, for every kind', () => {
    const text = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
    const { dependencies } = JSON.parse(text);
    const { madeOf, kinds } = strictSchemas();
    for (const [name, version] of Object.entries(madeOf)) expect(dependencies[name]).toBe(version);
    expect(Object.keys(kinds).sort()).toEqual([...kindIds].sort());
  });

  test('know what is required, and what a list or a choice may hold', () => {
    const order = structuredClone(find(objects, 'Deployment', 'order')) as Fields;
    delete order.spec.selector;
    order.spec.template.spec.containers[0].imagePullPolicy = 'Sometimes';
    order.spec.template.spec.containers[0].args = [7];
    expect(fieldProblems([order as KubeObject]).map(({ what }) => what)).toEqual([
      'spec.selector is missing.',
      'spec.template.spec.containers[0].args[0] is not of type string.',
      'spec.template.spec.containers[0].imagePullPolicy is none of Always, IfNotPresent, Never.',
    ]);
  });

  test('refuse a kind that nobody has added', () => {
    const stray = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'x' } };
    expect(fieldProblems([stray])[0]?.what).toContain('a kind that nothing checks');
  });
});

describe('a definition of a custom kind', () => {
  test('names every version that the API serves, one of them stored, with a whole schema', () => {
    const { spec } = find(
      objects,
      'CustomResourceDefinition',
      'httproutes.gateway.networking.k8s.io',
    );
    expect(spec.versions.map(({ name, storage }: Fields) => [name, storage])).toEqual([
      ['v1', true],
      ['v1beta1', false],
    ]);
    const rules = spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.rules;
    expect(rules.items.properties.backendRefs.items.properties.port).toEqual({ type: 'number' });
  });

  test('is structural: every node says its type, or that it is open', () => {
    const open = (schema: Fields): boolean =>
      schema['x-kubernetes-preserve-unknown-fields'] || schema['x-kubernetes-int-or-string'];
    const check = (schema: Fields, path: string): void => {
      expect(Boolean(schema.type) || open(schema), path).toBe(true);
      for (const [name, one] of Object.entries<Fields>(schema.properties ?? {})) {
        check(one, `${path}.${name}`);
      }
      if (schema.items) check(schema.items, `${path}[]`);
      if (schema.additionalProperties) check(schema.additionalProperties, `${path}{}`);
    };
    for (const { metadata, spec } of objects.filter(
      ({ kind }) => kind === 'CustomResourceDefinition',
    )) {
      check(spec.versions[0].schema.openAPIV3Schema, metadata.name);
    }
  });
});
