import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { objectsOf } from '../testing.ts';
import { yamlOf } from './yaml.ts';

const read = (text: string) => parseAllDocuments(text).map((one) => one.toJS());

describe('YAML', () => {
  test('of everything that is rendered reads back as it was', () => {
    const objects = objectsOf();
    expect(read(yamlOf(...objects))).toEqual(JSON.parse(JSON.stringify(objects)));
  });

  test('of any data reads back as it was', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({
        unit: fc.constantFrom('a', ' ', '\n', '#', ':', '-', '"', '|', '\t', '\r', 'é'),
      }),
      fc.constantFrom(
        'no',
        'Null',
        '1',
        '1e3',
        '0x1f',
        '~',
        '- a',
        '? b',
        '&a',
        '*a',
        '%',
        '@',
        '',
      ),
    );
    const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
    const { data } = fc.letrec((tie) => ({
      data: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('data'), { maxLength: 4 }),
        fc.dictionary(text, tie('data'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(data, (value) => {
        expect(read(yamlOf({ value }))).toEqual([{ value }]);
      }),
      { numRuns: 500 },
    );
  });

  test('shows text of many lines as it is', () => {
    expect(yamlOf({ data: { 'a.yaml': 'x: 1\n\ny: 2\n' }, list: [{ b: 'no', c: [] }] })).toBe(
      'data:\n  a.yaml: |\n    x: 1\n\n    y: 2\nlist:\n  - b: "no"\n    c: []\n',
    );
  });
});
