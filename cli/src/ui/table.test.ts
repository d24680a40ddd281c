import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Column, properties, table } from './table.ts';
import { clipped, plain, widthOf } from './text.ts';

interface Row {
  readonly id: string;
  readonly title: string;
  readonly units: number;
}
const columns: readonly Column<Row>[] = [
  { title: 'ID', value: ({ id }) => id },
  { title: 'TITLE', value: ({ title }) => title, flexible: true },
  { title: 'UNITS', value: ({ units }) => units, align: 'right' },
];
const emphasize = (text: string) => text;

describe('a table', () => {
  it('lines up columns under their titles', () => {
    const rows = [
      { id: 'a1', title: 'Mug', units: 12 },
      { id: 'b', title: 'Big bowl', units: 3 },
    ];
    expect(table(rows, columns, { width: undefined, emphasize })).toBe(
      ['ID  TITLE     UNITS', 'a1  Mug          12', 'b   Big bowl      3'].join('\n'),
    );
  });

  it('fits the terminal, and cuts no id and no number', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1 }),
        fc.integer({ min: 24, max: 100 }),
        (titles, width) => {
          const rows = titles.map((title) => ({ id: 'id-1', title, units: 1234 }));
          const lines = table(rows, columns, { width, emphasize }).split('\n');
          expect(lines).toHaveLength(rows.length + 1);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
          for (const line of lines.slice(1)) expect(line).toMatch(/^id-1 .*1234$/su);
        },
      ),
    );
  });

  it('is not cut where nobody looks', () => {
    const title = 'x'.repeat(500);
    expect(
      table([{ id: '1', title, units: 1 }], columns, { width: undefined, emphasize }),
    ).toContain(title);
  });

  it('does not let what people wrote steer the terminal', () => {
    const title = '\u001b[31mred\u001b[0m\r\nnext\u0007';
    const text = table([{ id: '1', title, units: 1 }], columns, { width: undefined, emphasize });
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain('red next');
    expect(text).not.toContain('\u001b');
  });

  it('shows what is not there as a dash', () => {
    expect(properties([['Reason', null]], emphasize)).toBe('Reason  -');
  });
});

describe('text', () => {
  it.each([
    ['mug', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['茶碗', 4],
    ['🏺', 2],
  ])('%s is %d columns wide', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it('is cut between characters, never through one', () => {
    expect(clipped('茶碗と皿', 6)).toBe('茶碗…');
    expect(clipped('mug', 3)).toBe('mug');
  });

  it('keeps no control characters', () => {
    expect(plain('a\tb\u0000c')).toBe('a b c');
  });
});
