import { newId, type VariantId } from '@mkt/kernel';
import { describe, expect, test } from 'vitest';
import { type Command, decide } from './lifecycle.ts';
import type { ContentInput, Product, ProductStatus, VariantInput } from './product.ts';

const now = new Date('2026-05-04T10:00:00Z');
const context = { now, newVariantId: () => newId<'Variant'>() };

const variant: VariantInput = {
  optionValues: ['Oat'],
  sku: 'MUG-OAT',
  barcode: null,
  priceMinor: 3400,
  compareAtMinor: null,
  stockCounted: true,
  inventoryPolicy: 'deny',
  grams: 380,
  weightUnit: 'g',
  requiresShipping: true,
  taxable: true,
  imageSrc: null,
};
const content: ContentInput = {
  handle: 'mug',
  title: 'Mug',
  descriptionHtml: '',
  brand: '',
  type: '',
  tags: [],
  options: ['Glaze'],
  variants: [variant],
  images: [],
  seo: { title: '', description: '' },
  taxCategory: null,
  publishOnApproval: true,
};

function productIn(status: ProductStatus, more: Partial<ContentInput> = {}): Product {
  const created = decide(
    null,
    { type: 'create', content: { ...content, ...more }, currency: 'EUR' },
    { ...context, now: new Date('2026-05-01T10:00:00Z') },
  );
  if (!created.ok) throw new Error(created.error.detail);
  return { ...created.value.next, status };
}

const submit: Command = { type: 'submit', vendorApproved: true };
const publish: Command = { type: 'publish', vendorApproved: true };
const approve: Command = { type: 'approve' };
const archive: Command = { type: 'archive' };
const unarchive: Command = { type: 'unarchive' };
const requestChanges: Command = { type: 'requestChanges', reason: 'Too dark.' };
const reject: Command = { type: 'reject', reason: 'Not ours.' };

function outcome(
  status: ProductStatus,
  command: Command,
  more: Partial<ContentInput> = {},
): string {
  const decided = decide(productIn(status, more), command, context);
  if (!decided.ok) return decided.error.code;
  return decided.value.changed ? decided.value.next.status : 'same';
}

describe('the life of a product', () => {
  const statuses: ProductStatus[] = [
    'draft',
    'submitted',
    'changesRequested',
    'rejected',
    'approved',
    'published',
    'archived',
  ];
  const no = 'PRODUCT_STATE';
  test.each<[string, Command, string[]]>([
    ['submit', submit, ['submitted', 'same', 'submitted', no, 'same', 'same', no]],
    ['approve', approve, [no, 'published', no, no, 'same', 'same', no]],
    [
      'request changes',
      requestChanges,
      [no, 'changesRequested', 'same', no, 'changesRequested', 'changesRequested', no],
    ],
    ['reject', reject, [no, 'rejected', no, 'same', 'rejected', 'rejected', no]],
    ['publish', publish, [no, no, no, no, 'published', 'same', no]],
    ['archive', archive, [...Array<string>(6).fill('archived'), 'same']],
    ['unarchive', unarchive, ['same', no, no, no, no, no, 'draft']],
  ])('%s leads from each status to where it should', (_, command, outcomes) => {
    expect(statuses.map((status) => outcome(status, command))).toEqual(outcomes);
  });

  test('approval only approves where the vendor publishes by hand', () => {
    expect(outcome('submitted', approve, { publishOnApproval: false })).toBe('approved');
  });

  test('records when it was published and the reason it was turned back', () => {
    const approved = decide(productIn('submitted'), approve, context);
    expect(approved).toMatchObject({ value: { next: { publishedAt: now.toISOString() } } });
    const back = decide(productIn('submitted'), requestChanges, context);
    expect(back).toMatchObject({ value: { next: { reviewNote: 'Too dark.' } } });
    if (!back.ok) return;
    const again = decide(back.value.next, submit, context);
    expect(again).toMatchObject({ value: { next: { reviewNote: null, status: 'submitted' } } });
  });

  test.each([
    ['a title', { title: '' }, ['title']],
    ['a variant', { variants: [] }, ['variants']],
    ['a price', { variants: [{ ...variant, priceMinor: 0 }] }, ['price']],
    ['both', { title: '', variants: [] }, ['title', 'variants']],
  ])('does not begin without %s', (_, more, missing) => {
    const decided = decide(productIn('draft', more), submit, context);
    expect(decided).toMatchObject({ error: { code: 'PRODUCT_INCOMPLETE', data: { missing } } });
  });

  test.each(['submit', 'publish'] as const)(
    'does not %s for a vendor who is not approved',
    (type) => {
      const status = type === 'submit' ? 'draft' : 'approved';
      expect(outcome(status, { type, vendorApproved: false })).toBe('VENDOR_NOT_APPROVED');
    },
  );
});

describe('an edit', () => {
  const retitle: Command = { type: 'update', changes: { title: 'Cup' } };

  test('leaves a product where it is, but starts a rejected one over', () => {
    for (const status of ['draft', 'submitted', 'approved', 'published', 'archived'] as const) {
      expect(outcome(status, retitle)).toBe(status);
    }
    expect(outcome('rejected', retitle)).toBe('draft');
  });

  test('that changes nothing is none, not even a new time', () => {
    const product = productIn('published');
    const decided = decide(product, { type: 'update', changes: { ...content } }, context);
    expect(decided).toEqual({ ok: true, value: { next: product, changed: false } });
  });

  test('cannot take away what a product on sale needs', () => {
    const bare: Command = { type: 'update', changes: { variants: [] } };
    expect(outcome('published', bare)).toBe('PRODUCT_INCOMPLETE');
    expect(outcome('draft', bare)).toBe('draft');
  });

  test.each([
    ['OPTION_REPEATED', { options: ['Size', 'size'] }],
    ['OPTION_VALUES_MISMATCH', { options: [] }],
    ['VARIANT_REPEATED', { variants: [variant, { ...variant, optionValues: ['oat'] }] }],
    ['VARIANT_NOT_FOUND', { variants: [{ ...variant, id: newId<'Variant'>() }] }],
    [
      'TOO_MANY_VARIANTS',
      {
        variants: Array.from({ length: 101 }, (_, n) => ({ ...variant, optionValues: [`${n}`] })),
      },
    ],
  ])('is refused as %s', (code, changes) => {
    expect(outcome('draft', { type: 'update', changes })).toBe(code);
  });
});

describe('the id of a variant', () => {
  const moss = { ...variant, optionValues: ['Moss'], sku: 'MUG-MOSS' };
  const before = productIn('draft', { variants: [variant, moss] });
  const [oatId, mossId] = before.variants.map(({ id }) => id);

  function idsAfter(changes: Partial<ContentInput>): VariantId[] {
    const decided = decide(before, { type: 'update', changes }, context);
    if (!decided.ok) throw new Error(decided.error.detail);
    return decided.value.next.variants.map(({ id }) => id);
  }

  test('stays with its option values, in whatever order they come', () => {
    expect(idsAfter({ variants: [moss, variant] })).toEqual([mossId, oatId]);
  });

  test('stays with its stock number when the values have another name', () => {
    const renamed = { ...moss, optionValues: ['Forest'] };
    expect(idsAfter({ variants: [variant, renamed] })).toEqual([oatId, mossId]);
  });

  test('goes by the values first: swapped stock numbers do not swap variants', () => {
    const variants = [
      { ...variant, sku: 'MUG-MOSS' },
      { ...moss, sku: 'MUG-OAT' },
    ];
    expect(idsAfter({ variants })).toEqual([oatId, mossId]);
  });

  test('is new for what was not there, and is not taken twice', () => {
    const ids = idsAfter({ variants: [variant, { ...variant, optionValues: ['Chalk'] }] });
    expect(ids[0]).toBe(oatId);
    expect([oatId, mossId]).not.toContain(ids[1]);
  });
});
