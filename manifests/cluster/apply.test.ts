import { describe, expect, test } from 'vitest';
import type { Fields } from '../objects.ts';
import { partsOf } from '../render/parts.ts';
import { production } from '../testing.ts';
import { applyGroups, type Kubectl } from './apply.ts';
import { groupsOf } from './groups.ts';

const groups = groupsOf(partsOf(production));

/** A cluster that refuses objects of one name, as kubectl tells it. */
function clusterRefusing(name: string) {
  const applied: string[] = [];
  const waited: string[] = [];
  const kubectl: Kubectl = async (args, input) => {
    const run = { exitCode: 0, stdout: '', stderr: '' };
    if (args[0] === 'wait') {
      waited.push(...args.filter((one) => one.startsWith('customresourcedefinition/')));
      return run;
    }
    const given = JSON.parse(input ?? '') as Fields;
    const items: Fields[] = given.kind === 'List' ? given.items : [given];
    const bad = items.filter(({ metadata }) => metadata.name === name);
    applied.push(...items.filter((one) => !bad.includes(one)).map((one) => idOf(one)));
    return bad.length === 0 ? run : { ...run, exitCode: 1, stderr: `"${name}" is forbidden\n` };
  };
  return { kubectl, applied, waited };
}

const idOf = ({ kind, metadata }: Fields): string => `${kind}/${metadata.name}`;

describe('applying an environment', () => {
  test('makes what is needed before what needs it', async () => {
    const { kubectl, applied, waited } = clusterRefusing('nobody');
    const { objects, refused } = await applyGroups(groups, kubectl, () => {});
    expect(refused).toEqual([]);
    expect(applied).toHaveLength(objects);
    const at = (id: string): number => applied.indexOf(id);
    expect(at('Namespace/sales')).toBeLessThan(at('ConfigMap/order-settings'));
    expect(at('CustomResourceDefinition/gateways.gateway.networking.k8s.io')).toBeLessThan(
      at('Gateway/public'),
    );
    expect(at('StatefulSet/valkey')).toBeLessThan(at('Deployment/inventory'));
    expect(at('Deployment/inventory')).toBeLessThan(at('Deployment/order'));
    expect(at('Deployment/order')).toBeLessThan(at('Deployment/gateway'));
    expect(waited).toContain('customresourcedefinition/gateways.gateway.networking.k8s.io');
    expect(waited).toContain('customresourcedefinition/applications.argoproj.io');
  });

  test('names each object that is refused and why, and goes on with the others', async () => {
    const { kubectl, applied } = clusterRefusing('order-settings');
    const { refused } = await applyGroups(groups, kubectl, () => {});
    expect(refused).toEqual([
      {
        object: 'sales/ConfigMap/order-settings',
        part: 'sales',
        why: '"order-settings" is forbidden',
      },
    ]);
    expect(applied).toContain('ConfigMap/cart-settings');
    expect(applied).toContain('Deployment/gateway');
  });

  test('tells what the API server takes and warns of, once', async () => {
    const kubectl: Kubectl = async () => ({
      exitCode: 0,
      stdout: '',
      stderr: [
        'Warning: would violate PodSecurity',
        'Warning: spec.SessionAffinity is ignored for headless services',
        'something else',
      ].join('\n'),
    });
    const bootstrap = groups.filter(({ part }) => part === 'bootstrap');
    const { warnings } = await applyGroups(bootstrap, kubectl, () => {});
    expect(warnings).toEqual(['bootstrap: Warning: would violate PodSecurity']);
  });

  test('asks for strict fields, on the server, as one owner', async () => {
    const seen = new Set<string>();
    const kubectl: Kubectl = async (args) => {
      if (args[0] === 'apply') seen.add(args.join(' '));
      return { exitCode: 0, stdout: '', stderr: '' };
    };
    await applyGroups(groups.slice(0, 3), kubectl, () => {});
    expect([...seen]).toEqual([
      'apply --server-side --force-conflicts --field-manager=mkt-test-cluster --validate=strict -f -',
    ]);
  });
});
