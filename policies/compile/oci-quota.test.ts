import { type Profile, profiles } from '@mkt/topology';
import { describe, expect, it } from 'vitest';
import { ociQuotaPolicy } from './oci-quota.ts';

const day = '2026-11-27';
const free = profiles['free-1x2'];
const setsOf = (profile: Profile): Record<string, number> =>
  Object.fromEntries(
    ociQuotaPolicy(profile, { day })
      .statements.map((one) => /^set \S+ quota (\S+) to (\d+) in compartment mkt$/.exec(one))
      .flatMap((match) => (match ? [[match[1], Number(match[2])]] : [])),
  );

describe('the quota policy of Oracle', () => {
  it('closes every family before it allows anything', () => {
    const { statements } = ociQuotaPolicy(free, { day });
    const firstSet = statements.findIndex((one) => one.startsWith('set '));
    expect(statements.slice(firstSet).every((one) => one.startsWith('set '))).toBe(true);
    expect(statements.slice(0, firstSet)).toEqual(
      expect.arrayContaining([
        'zero compute-core quotas in compartment mkt',
        'zero compute-memory quotas in compartment mkt',
        'zero database quotas in compartment mkt',
        'zero load-balancer quotas in compartment mkt',
      ]),
    );
    // What is allowed in a family that was never closed would be allowed beside all else of it.
    for (const one of statements.slice(firstSet)) {
      expect(statements).toContain(`zero ${one.split(' ')[1]} quotas in compartment mkt`);
    }
  });

  it.each([
    ['free-1x2', 2, 12, undefined],
    ['free-2x1', 2, 12, undefined],
    ['full-2x2', 4, 24, 2],
  ] as const)(
    'of %s allows %d cores and %d GB, per domain and in the region',
    (name, ocpus, gb, micros) => {
      expect(setsOf(profiles[name])).toMatchObject({
        'standard-a1-core-count': ocpus,
        'standard-a1-core-regional-count': ocpus,
        'standard-a1-memory-count': gb,
        'standard-a1-memory-regional-count': gb,
        'total-storage-gb': 200,
        'volume-count': 4,
        'backup-count': 5,
        'storage-bytes': 20_000_000_000,
      });
      expect(setsOf(profiles[name])['standard-e2-micro-core-count']).toBe(micros);
    },
  );

  it('says of what is more than free that it may cost', () => {
    expect(ociQuotaPolicy(profiles['full-2x2'], { day }).description).toMatch(/may cost\.$/);
    expect(ociQuotaPolicy(free, { day }).description).not.toContain('cost');
  });

  it('holds in the home region alone where that is named', () => {
    const { statements } = ociQuotaPolicy(free, {
      day,
      compartment: 'shop',
      homeRegion: 'eu-frankfurt-1',
    });
    const sets = statements.filter((one) => one.startsWith('set '));
    expect(sets[0]).toMatch(/ in compartment shop where request\.region = 'eu-frankfurt-1'$/);
    expect(new Set(sets.map((one) => one.split(' where ')[1])).size).toBe(1);
  });

  it('is not made for a profile that says it is free and is not', () => {
    const large = { ...profiles['full-2x2'], mayCost: false };
    expect(() => ociQuotaPolicy(large, { day })).toThrow(/asks for 4 OCPU, and 2 are free/);
    expect(() => ociQuotaPolicy(large, { day: '2026-06-01' })).not.toThrow();
    const micros = { ...large, nodes: [...free.nodes, ...Array(3).fill(large.nodes[2])] };
    expect(() => ociQuotaPolicy(micros, { day })).toThrow(/asks for 3 micro, and 2 are free/);
  });

  it('is not made where there is no machine at Oracle', () => {
    expect(() => ociQuotaPolicy(profiles['any-k3s'], { day })).toThrow(/no machine at Oracle/);
  });
});
