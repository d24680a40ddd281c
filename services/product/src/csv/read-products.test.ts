import { describe, expect, test } from 'vitest';
import { csv, importCsv } from './csv-fixture.ts';

const COLUMNS = 'Handle,Title,Variant Price,Option1 Name,Option1 Value,Image Src,Variant SKU';

describe('a product', () => {
  test('is made of the consecutive rows of one handle', async () => {
    const file = csv(
      COLUMNS,
      'mug,Mug,24.00,Glaze,Chalk,/media/demo/a.webp,M-1',
      'mug,,26,,Moss,https://example.test/b.jpg,M-2',
      'mug,,,,,https://example.test/c.jpg,',
      'bowl,Bowl,31.50,Title,Default Title,,',
    );
    const { items, products } = await importCsv(file);
    expect(items.map((item) => item.kind === 'product' && item.rows)).toEqual([
      { first: 2, last: 4 },
      { first: 5, last: 5 },
    ]);
    const [mug, bowl] = products;
    expect(mug?.options).toEqual(['Glaze']);
    expect(mug?.variants.map((v) => [v.optionValues, v.sku, v.priceMinor])).toEqual([
      [['Chalk'], 'M-1', 2400],
      [['Moss'], 'M-2', 2600],
    ]);
    expect(mug?.images.map(({ src, position }) => [src, position])).toEqual([
      ['/media/demo/a.webp', 1],
      ['https://example.test/b.jpg', 2],
      ['https://example.test/c.jpg', 3],
    ]);
    expect(bowl?.options).toEqual([]);
    expect(bowl?.variants[0]?.optionValues).toEqual([]);
  });

  test('has defaults for all that its row leaves out', async () => {
    const { products } = await importCsv(csv('Handle,Title,Variant Price', 'mug,Mug,24'));
    expect(products).toEqual([
      {
        handle: 'mug',
        title: 'Mug',
        descriptionHtml: '',
        vendorName: '',
        type: '',
        tags: [],
        published: true,
        status: 'active',
        options: [],
        images: [],
        taxCode: null,
        seo: { title: '', description: '' },
        variants: [
          {
            optionValues: [],
            sku: null,
            barcode: null,
            priceMinor: 2400,
            compareAtMinor: null,
            inventoryQuantity: null,
            inventoryPolicy: 'deny',
            grams: 0,
            weightUnit: 'kg',
            requiresShipping: true,
            taxable: true,
            imageSrc: null,
          },
        ],
      },
    ]);
  });

  test('reads every column it knows, in any order and case', async () => {
    const file = csv(
      'variant price,HANDLE,Title,Body (HTML),Vendor,Type,Tags,Published,Status,SEO Title,' +
        'SEO Description,Variant Tax Code,Variant Compare At Price,Variant Inventory Tracker,' +
        'Variant Inventory Qty,Variant Inventory Policy,Variant Grams,Variant Weight Unit,' +
        'Variant Requires Shipping,Variant Taxable,Variant Barcode,Variant Image,Cost ,Cost ',
      '24,mug,Mug,<p>Hi</p>,Kiln,Mugs,"clay, mug , clay",FALSE,draft,S,D,reduced,30,shopify,' +
        '7,continue,350.6,g,false,false,4006381333931,/media/demo/a.webp,1,2',
    );
    const { products, problems } = await importCsv(file);
    expect(problems).toEqual([]);
    expect(products[0]).toMatchObject({
      descriptionHtml: '<p>Hi</p>',
      vendorName: 'Kiln',
      type: 'Mugs',
      tags: ['clay', 'mug'],
      published: false,
      status: 'draft',
      seo: { title: 'S', description: 'D' },
      taxCode: 'reduced',
    });
    expect(products[0]?.variants[0]).toMatchObject({
      compareAtMinor: 3000,
      inventoryQuantity: 7,
      inventoryPolicy: 'continue',
      grams: 351,
      weightUnit: 'g',
      requiresShipping: false,
      taxable: false,
      barcode: '4006381333931',
      imageSrc: '/media/demo/a.webp',
    });
  });

  test('shows a repeated picture once, and its pictures in the order of their positions', async () => {
    const file = csv(
      'Handle,Title,Variant Price,Image Src,Image Position,Image Alt Text',
      'mug,Mug,24,/media/b.webp,9,Back',
      'mug,,,/media/a.webp,2,Front',
      'mug,,,/media/b.webp,,',
    );
    const { products } = await importCsv(file);
    expect(products[0]?.images).toEqual([
      { src: '/media/a.webp', position: 1, alt: 'Front' },
      { src: '/media/b.webp', position: 2, alt: 'Back' },
    ]);
  });

  test('counts stock where a number stands, and where a tracker is named', async () => {
    const file = csv(
      'Handle,Title,Variant Price,Variant Inventory Tracker,Variant Inventory Qty',
      'a,A,1,,5',
      'b,B,1,shopify,',
      'c,C,1,,',
      'd,D,1,shopify,0',
    );
    const { products } = await importCsv(file);
    expect(products.map((p) => p.variants[0]?.inventoryQuantity)).toEqual([5, 0, null, 0]);
  });
});

describe('the text of a file', () => {
  test('may begin with a byte order mark and end its lines with CRLF or CR', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const file = `\uFEFFHandle,Title,Variant Price${end}mug,Mug,24${end}${end}bowl,Bowl,31${end}`;
      for (const chunkSize of [1, 7, 1000]) {
        const { products, problems, items } = await importCsv(file, { chunkSize });
        expect(problems).toEqual([]);
        expect(products.map(({ title }) => title)).toEqual(['Mug', 'Bowl']);
        expect(items[1]).toMatchObject({ rows: { first: 4, last: 4 } });
      }
    }
  });

  test('may hold line ends, commas and doubled quotes in a quoted cell', async () => {
    const body = '<p>12"" wide,\r\n""warm""\r\n</p>';
    const file = `Handle,Title,Body (HTML),Variant Price\r\nmug,Mug,"${body}",24\r\nb,B,,x\r\n`;
    const { products, problems } = await importCsv(file, { chunkSize: 3 });
    expect(products[0]?.descriptionHtml).toBe('<p>12" wide,\n"warm"\n</p>');
    expect(problems).toMatchObject([{ line: 5, code: 'PRICE_INVALID' }]);
  });

  test('may end without a line end, and with rows of nothing but commas', async () => {
    const { products, problems } = await importCsv('Handle,Title,Variant Price\n,,\nmug,Mug,24');
    expect(problems).toEqual([]);
    expect(products).toHaveLength(1);
  });

  test('keeps characters that fall between two chunks', async () => {
    const file = csv('Handle,Title,Variant Price', 'krug,Großer Krug 🍶,24');
    const { products } = await importCsv(file, { chunkSize: 1 });
    expect(products[0]?.title).toBe('Großer Krug 🍶');
  });
});

describe('a price', () => {
  const priced = (price: string): string => csv('Handle,Title,Variant Price', `a,A,${price}`);

  test('is exact in the decimals of its currency', async () => {
    const eur = await importCsv(priced('0.29'));
    const kwd = await importCsv(priced('1.234'), { currency: 'KWD' });
    const jpy = await importCsv(priced('1200.00'), { currency: 'JPY' });
    const priceOf = (outcome: typeof eur) => outcome.products[0]?.variants[0]?.priceMinor;
    expect([eur, kwd, jpy].map(priceOf)).toEqual([29, 1234, 1200]);
  });

  test('may have needless zeros at the end', async () => {
    for (const [text, minor] of [
      ['10.5000', 1050],
      ['10.000', 1000],
      ['100', 10_000],
    ] as const) {
      const { products } = await importCsv(priced(text));
      expect(products[0]?.variants[0]?.priceMinor).toBe(minor);
    }
  });
});
