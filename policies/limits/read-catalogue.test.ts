import { describe, expect, it } from 'vitest';
import { CatalogueError, type Fault, readCatalogue } from './index.ts';

const head = `provider: neon

sources:
  plans:
    title: Plans
    url: https://neon.com/docs/introduction/plans

limits:
`;
const entry = (changes: Readonly<Record<string, string | number | null>> = {}): string => {
  const fields = {
    id: 'neon.storage.gb',
    resource: 'Storage of a project',
    value: 1,
    unit: 'gb',
    period: 'standing',
    scope: 'project',
    whenExceeded: 'stop',
    source: 'plans',
    verifiedAt: '2026-10-06',
    effectiveFrom: '2026-01-01',
    confidence: 'A',
    ...changes,
  };
  const lines = Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}`);
  return `  - ${lines.join('\n    ')}\n`;
};

const path = 'policies/limits/neon.yaml';
const read = (...entries: readonly string[]) =>
  readCatalogue([{ path, text: head + entries.join('') }]);

function faultsOf(work: () => unknown): readonly Fault[] {
  try {
    work();
  } catch (error) {
    if (error instanceof CatalogueError) return error.faults;
    throw error;
  }
  return [];
}

describe('a catalogue file', () => {
  it('is read with the line of each entry', () => {
    const { limits } = read(
      entry({ effectiveTo: '2026-03-01' }),
      entry({ effectiveFrom: '2026-03-01' }),
    );
    expect(limits.map(({ declaredAt }) => declaredAt)).toEqual([
      { file: path, line: 9 },
      { file: path, line: 21 },
    ]);
    expect(limits[0]).toMatchObject({
      provider: 'neon',
      bound: 'most',
      source: { title: 'Plans' },
    });
  });

  // The entry begins on line 9.
  it.each<[string, Parameters<typeof entry>[0], number, RegExp]>([
    ['without a source', { source: null }, 9, /neon\.storage\.gb: source is missing/],
    ['with a source that is not listed', { source: 'blog' }, 16, /no source named blog/],
    ['without a day of reading', { verifiedAt: null }, 9, /verifiedAt is missing/],
    ['without a beginning', { effectiveFrom: null }, 9, /effectiveFrom is missing/],
    ['with a day that is none', { verifiedAt: '2026-02-30' }, 17, /verifiedAt "2026-02-30"/],
    ['with an unknown unit', { unit: 'furlong' }, 12, /unit "furlong"/],
    ['with an unknown field', { vaule: 3 }, 20, /there is no field vaule/],
    ['with a negative value', { value: -1 }, 11, /value -1/],
    ['with a value that says nothing', { value: 'lots' }, 11, /value "lots"/],
    ['of another provider', { id: 'atlas.storage.gb' }, 9, /atlas\.storage\.gb is not about neon/],
    ['with an id out of form', { id: 'Storage' }, 9, /id "Storage": not of the form/],
    [
      'that ends before it begins',
      { effectiveTo: '2025-12-31' },
      9,
      /ends on 2025-12-31, not after/,
    ],
  ])('is refused with an entry %s', (_, changes, line, reason) => {
    const faults = faultsOf(() => read(entry(changes)));
    expect(faults).toEqual([
      {
        file: path,
        line,
        reason: expect.stringMatching(reason),
        remedy: expect.stringMatching(/\w{3}/),
      },
    ]);
  });

  it('is refused with a unit that is a slip away from the one that was meant', () => {
    const [fault] = faultsOf(() => read(entry({ unit: 'comand' })));
    expect(fault).toMatchObject({
      reason: 'neon.storage.gb: unit "comand" is none that there is',
      remedy: expect.stringMatching(/^Did you mean command\? Use one of ocpu, /),
    });
  });

  it('is refused with two entries that hold at once', () => {
    const faults = faultsOf(() =>
      read(entry({ effectiveTo: '2026-06-15' }), entry({ effectiveFrom: '2026-06-01' })),
    );
    expect(faults).toMatchObject([
      {
        file: path,
        line: 21,
        reason: expect.stringContaining('when the entry of line 9 still does'),
      },
    ]);
    expect(faults[0]?.remedy).toContain('`effectiveTo: 2026-06-01`');
    expect(faultsOf(() => read(entry(), entry({ effectiveFrom: '2026-06-01' })))).toHaveLength(1);
    expect(faultsOf(() => read(entry(), entry()))).toHaveLength(1);
  });

  it('is refused with a time in which nothing holds', () => {
    const faults = faultsOf(() =>
      read(entry({ effectiveTo: '2026-06-01' }), entry({ effectiveFrom: '2026-06-15' })),
    );
    expect(faults).toMatchObject([
      { line: 21, reason: expect.stringMatching(/nothing holds from 2026-06-01.* to 2026-06-15/) },
    ]);
  });

  it('is refused with entries of one id in two units', () => {
    const faults = faultsOf(() =>
      read(
        entry({ effectiveTo: '2026-06-01' }),
        entry({ effectiveFrom: '2026-06-01', unit: 'mb' }),
      ),
    );
    expect(faults).toMatchObject([
      { reason: expect.stringContaining('counted in mb here and in gb') },
    ]);
  });

  it('is refused where it is no YAML, and where a key is there twice', () => {
    expect(faultsOf(() => read('  - id: [\n'))[0]).toMatchObject({ file: path });
    expect(faultsOf(() => read(`${entry()}    unit: mb\n`))).toMatchObject([{ line: 20 }]);
    expect(faultsOf(() => readCatalogue([{ path, text: '' }]))).toMatchObject([{ line: 1 }]);
  });

  it('is refused under the name of another provider', () => {
    const text = head + entry();
    const other = 'policies/limits/atlas.yaml';
    expect(faultsOf(() => readCatalogue([{ path: other, text }]))).toMatchObject([
      { file: other, line: 1 },
    ]);
  });

  it('is refused with every fault at once, in order', () => {
    const faults = faultsOf(() =>
      read(entry({ unit: 'furlong', value: -1 }), entry({ source: null })),
    );
    expect(faults.map(({ line }) => line)).toEqual([11, 12, 20]);
  });
});
