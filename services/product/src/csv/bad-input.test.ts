import { describe, expect, test } from 'vitest';
import { collect, csv, importCsv } from './csv-fixture.ts';
import { readProducts } from './read-products.ts';

const BASIC = 'Handle,Title,Variant Price';
const OPTIONS = 'Handle,Title,Variant Price,Option1 Name,Option1 Value,Option2 Name,Option2 Value';
const GOOD = 'good,Good,5';

async function codesOf(file: string | Uint8Array): Promise<string[]> {
  return (await importCsv(file)).problems.map(({ code }) => code);
}

describe('a file that cannot be read as a catalogue', () => {
  test.each([
    ['an empty file', '', 'FILE_EMPTY'],
    ['only blank lines', '\n\r\n', 'FILE_EMPTY'],
    ['only the first line', `${BASIC}\n`, 'NO_ROWS'],
    ['semicolons', 'Handle;Title;Variant Price\nmug;Mug;24\n', 'DELIMITER_WRONG'],
    ['tabs', 'Handle\tTitle\tVariant Price\nmug\tMug\t24\n', 'DELIMITER_WRONG'],
    ['no handles', 'Title,Variant Price\nMug,24\n', 'COLUMN_MISSING'],
    ['no prices', 'Handle,Title\nmug,Mug\n', 'COLUMN_MISSING'],
    ['a column twice', 'Handle,Title,Title,Variant Price\nmug,Mug,Mug,24\n', 'COLUMN_REPEATED'],
    ['UTF-16', Buffer.from(`\uFEFF${BASIC}\nmug,Mug,24\n`, 'utf16le'), 'ENCODING_INVALID'],
    ['a quote never closed in the first line', '"Handle,Title\nmug,Mug\n', 'QUOTE_NOT_CLOSED'],
  ])('%s: one problem, and nothing imported', async (_, file, code) => {
    const { problems, products } = await importCsv(file);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(products).toEqual([]);
    expect(problems[0]?.remedy).not.toBe('');
  });

  test('names each missing column', async () => {
    const { problems } = await importCsv('Handle,Colour\nmug,red\n');
    expect(problems.map(({ column }) => column)).toEqual(['Title', 'Variant Price']);
  });

  test('bytes that are no text at all', async () => {
    const noise = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7919) % 251);
    expect(await codesOf(noise)).not.toEqual([]);
  });
});

const EXTRA = `${BASIC},Published,Status,Variant Grams,Variant Inventory Qty,Image Src,Gift Card`;

/** What is wrong, the columns, the row, and the column and code of its one problem. */
const BAD_ROWS: [string, string, string, string | null, string][] = [
  ['a word as price', BASIC, 'a,A,cheap', 'Variant Price', 'PRICE_INVALID'],
  ['a decimal comma', BASIC, 'a,A,"1,50"', 'Variant Price', 'PRICE_INVALID'],
  ['a currency sign', BASIC, 'a,A,€5', 'Variant Price', 'PRICE_INVALID'],
  [
    'a price of a thousand digits',
    BASIC,
    `a,A,${'9'.repeat(1000)}`,
    'Variant Price',
    'PRICE_INVALID',
  ],
  ['no price', BASIC, 'a,A,', 'Variant Price', 'PRICE_MISSING'],
  ['a negative price', BASIC, 'a,A,-1.00', 'Variant Price', 'PRICE_NEGATIVE'],
  ['a fraction of a cent', BASIC, 'a,A,1.005', 'Variant Price', 'PRICE_TOO_MANY_DECIMALS'],
  [
    'a price beyond exact numbers',
    BASIC,
    'a,A,99999999999999999',
    'Variant Price',
    'PRICE_TOO_LARGE',
  ],
  ['a price beyond our bound', BASIC, 'a,A,1000000000', 'Variant Price', 'PRICE_TOO_LARGE'],
  ['no title', BASIC, 'a,,5', 'Title', 'TITLE_MISSING'],
  ['a title too long', BASIC, `a,${'x'.repeat(256)},5`, 'Title', 'FIELD_TOO_LONG'],
  ['a handle with spaces', BASIC, 'My Mug,A,5', 'Handle', 'HANDLE_INVALID'],
  ['no handle', BASIC, ',A,5', 'Handle', 'HANDLE_MISSING'],
  ['a NUL byte', BASIC, 'a,A\u0000B,5', 'Title', 'NUL_BYTE'],
  ['a control character', BASIC, 'a,A\u0007B,5', 'Title', 'CONTROL_CHARACTER'],
  ['more cells than columns', BASIC, 'a,A,5,6', null, 'CELLS_EXTRA'],
  ['a stray quote', BASIC, 'a,12" board,5', null, 'QUOTE_NOT_CLOSED'],
  ['two stray quotes', BASIC, 'a,the "A" board,5', null, 'QUOTE_STRAY'],
  ['neither true nor false', EXTRA, 'a,A,5,maybe', 'Published', 'FLAG_INVALID'],
  ['an unknown status', EXTRA, 'a,A,5,,sold', 'Status', 'CHOICE_INVALID'],
  ['a weight in words', EXTRA, 'a,A,5,,,heavy', 'Variant Grams', 'WEIGHT_INVALID'],
  ['half a piece', EXTRA, 'a,A,5,,,,1.5', 'Variant Inventory Qty', 'NUMBER_INVALID'],
  ['negative stock', EXTRA, 'a,A,5,,,,-2', 'Variant Inventory Qty', 'NUMBER_NEGATIVE'],
  ['a script as picture', EXTRA, 'a,A,5,,,,,javascript:alert(1)', 'Image Src', 'IMAGE_URL_INVALID'],
  [
    'a picture path that climbs',
    EXTRA,
    'a,A,5,,,,,/media/../etc',
    'Image Src',
    'IMAGE_URL_INVALID',
  ],
  [
    'a picture with a password',
    EXTRA,
    'a,A,5,,,,,https://u:p@example.test/a',
    'Image Src',
    'IMAGE_URL_INVALID',
  ],
  ['a gift card', EXTRA, 'a,A,5,,,,,,true', 'Gift Card', 'GIFT_CARD_UNSUPPORTED'],
  ['an option without value', OPTIONS, 'a,A,5,Size,', 'Option1 Value', 'OPTION_VALUE_MISSING'],
  ['a value without option', OPTIONS, 'a,A,5,,Large', 'Option1 Value', 'OPTION_NAME_MISSING'],
  ['an option twice', OPTIONS, 'a,A,5,Size,L,size,M', 'Option2 Name', 'OPTION_REPEATED'],
];

describe('a bad row leaves its product out, and nothing else', () => {
  test.each(BAD_ROWS)('%s', async (_, ...[columns, row, column, code]) => {
    const { problems, products } = await importCsv(csv(columns, 'before,Before,1', row, GOOD));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 3, column, code });
    expect(products.map(({ handle }) => handle)).toEqual(['before', 'good']);
  });

  test('also when only a later row is bad', async () => {
    const file = csv(OPTIONS, 'a,A,5,Size,S', 'a,,x,,M', 'a,,7,,L', GOOD);
    const { problems, products } = await importCsv(file);
    expect(problems).toMatchObject([{ line: 3, code: 'PRICE_INVALID', value: 'x' }]);
    expect(products.map(({ handle }) => handle)).toEqual(['good']);
  });

  test('and all its problems show at once', async () => {
    const { problems } = await importCsv(csv(OPTIONS, 'a,,x,Size,', 'a,,-1,,M'));
    expect(problems.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '2 TITLE_MISSING',
      '2 OPTION_VALUE_MISSING',
      '2 PRICE_INVALID',
      '3 PRICE_NEGATIVE',
    ]);
  });

  test('a variant that is there twice', async () => {
    const file = csv(OPTIONS, 'a,A,5,Size,S', 'a,,6,,s', 'b,B,5', 'b,,6', GOOD);
    const { problems, products } = await importCsv(file);
    expect(problems.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '3 VARIANT_REPEATED',
      '5 VARIANT_REPEATED',
    ]);
    expect(products).toHaveLength(1);
  });

  test('more than a hundred variants, said once', async () => {
    const rows = (count: number): string[] =>
      Array.from({ length: count }, (_, n) => `a,${n === 0 ? 'A' : ''},5,Size,${n}`);
    expect(await codesOf(csv(OPTIONS, ...rows(100)))).toEqual([]);
    const { problems, products } = await importCsv(csv(OPTIONS, ...rows(150), GOOD));
    expect(problems).toMatchObject([{ line: 102, code: 'TOO_MANY_VARIANTS' }]);
    expect(products).toHaveLength(1);
  });

  test('a fourth option', async () => {
    const columns = `${OPTIONS},Option3 Name,Option3 Value,Option4 Name,Option4 Value`;
    const row = 'a,A,5,Size,S,Wood,Oak,Oil,Raw,Feet,Four';
    expect(await codesOf(csv(columns, row, GOOD))).toEqual(['TOO_MANY_OPTIONS']);
  });

  test('a handle that comes back after another', async () => {
    const file = csv(BASIC, 'a,A,5', 'b,B,5', 'a,,', 'a,Again,6', 'c,C,5');
    const { problems, products } = await importCsv(file);
    expect(problems).toMatchObject([{ line: 4, column: 'Handle', code: 'HANDLE_REPEATED' }]);
    expect(products.map(({ handle }) => handle)).toEqual(['a', 'b', 'c']);
  });

  test('a row without handle spoils the product above, which it may belong to', async () => {
    const { problems, products } = await importCsv(csv(BASIC, 'a,A,5', ',,6', GOOD));
    expect(problems).toMatchObject([{ line: 3, code: 'HANDLE_MISSING' }]);
    expect(products.map(({ handle }) => handle)).toEqual(['good']);
  });

  test('a row that says nothing, and one that contradicts the first', async () => {
    const file = csv(OPTIONS, 'a,A,5,Size,S', 'a', 'b,B,5,Size,S', 'b,,6,Colour,M', GOOD);
    const { problems } = await importCsv(file);
    expect(problems.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '3 ROW_EMPTY',
      '5 ROW_CONFLICT',
    ]);
  });

  test('bytes that are no UTF-8, with their line and column', async () => {
    const file = Buffer.concat([
      Buffer.from(`${BASIC}\ngood,Good,5\nbowl,Sch`),
      Buffer.from([0xfc]),
      Buffer.from('ssel,31\nlast,Last,7\n'),
    ]);
    for (const chunkSize of [1, 5, 1000]) {
      const { problems, products } = await importCsv(file, { chunkSize });
      expect(problems).toMatchObject([{ line: 3, column: 'Title', code: 'ENCODING_INVALID' }]);
      expect(products.map(({ handle }) => handle)).toEqual(['good', 'last']);
    }
  });

  test('a forgotten quote costs its own product, not the rest of the file', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `p-${n},Product ${n},5`);
    const { problems, products } = await importCsv(csv(BASIC, 'a,"A,5', ...rows));
    expect(problems).toMatchObject([{ line: 2, code: 'QUOTE_NOT_CLOSED' }]);
    expect(products).toHaveLength(20_000);
  });

  test('stray quotes on two rows do not swallow the rows between them', async () => {
    const file = csv(BASIC, 'a,12" board,5', 'between,Between,5', 'c,9" plate,5', GOOD);
    const { problems, products } = await importCsv(file);
    expect(problems.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '2 QUOTE_STRAY',
      '4 QUOTE_NOT_CLOSED',
    ]);
    expect(products.map(({ handle }) => handle)).toEqual(['between', 'good']);
  });

  test('a line without end', async () => {
    const file = csv(BASIC, `a,${'x'.repeat(2_000_000)},5`, GOOD);
    const { problems, products } = await importCsv(file, { chunkSize: 10_000 });
    expect(problems).toMatchObject([{ line: 2, code: 'LINE_TOO_LONG' }]);
    expect(products.map(({ handle }) => handle)).toEqual(['good']);
  });
});

describe('a report', () => {
  test('cuts what stands in the cell to 80 characters, and no character in two', async () => {
    const { problems } = await importCsv(csv(BASIC, `a,A,${'🍶'.repeat(90)}`));
    expect(problems[0]?.value).toBe('🍶'.repeat(80));
  });

  test('ends after as many problems as were asked for', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => `p-${n},P,x`);
    const { problems } = await importCsv(csv(BASIC, ...rows), { maxErrors: 10 });
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)?.code).toBe('TOO_MANY_PROBLEMS');
    const exact = await importCsv(csv(BASIC, ...rows.slice(0, 10)), { maxErrors: 10 });
    expect(exact.problems.map(({ code }) => code)).not.toContain('TOO_MANY_PROBLEMS');
  });

  test('ends after as many rows as are allowed, with what came before imported', async () => {
    const rows = Array.from({ length: 20 }, (_, n) => `p-${n},P,1`);
    const { problems, products } = await importCsv(csv(BASIC, ...rows), { maxRows: 7 });
    expect(products).toHaveLength(7);
    expect(problems).toMatchObject([{ line: 9, code: 'TOO_MANY_ROWS' }]);
  });
});

test('a failing source is the caller’s to handle', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${BASIC}\n`);
    throw new Error('connection lost');
  }
  const reading = collect(readProducts(broken(), { currency: 'EUR' }));
  await expect(reading).rejects.toThrow('connection lost');
});
