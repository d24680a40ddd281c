import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectOf, queryOf } from './request-fields.ts';

const text = (...texts: string[]) => texts.map((one) => ({ text: one, typed: false }));
const typed = (...texts: string[]) => texts.map((one) => ({ text: one, typed: true }));

describe('fields of a request', () => {
  it('are texts, or where they are typed what they look like', () => {
    expect(
      objectOf([...text('a=12', 'b='), ...typed('c=12', 'd=true', 'e=null', 'f=mug')]),
    ).toEqual({ a: '12', b: '', c: 12, d: true, e: null, f: 'mug' });
  });

  it('go deeper by dots, and add to lists by brackets', () => {
    const fields = [...text('d.kind=fixed', 'tags[]=a', 'tags[]=b'), ...typed('d.amountMinor=800')];
    expect(objectOf(fields)).toEqual({
      d: { kind: 'fixed', amountMinor: 800 },
      tags: ['a', 'b'],
    });
  });

  it('keep every text as it was written', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(objectOf(text(`name=${value}`))).toEqual({ name: value });
      }),
    );
  });

  it.each(['name', '=1', 'a..b=1', 'a[=1', 'a[0]=1', '1a=1', 'a b=1'])('%j is refused', (one) => {
    expect(() => objectOf(text(one))).toThrow(/is not a field/);
  });

  it.each([
    ['a=1', 'a=2'],
    ['a=1', 'a.b=2'],
    ['a.b=1', 'a=2'],
    ['a=1', 'a[]=2'],
    ['a[]=1', 'a.b=2'],
  ])('%j and %j contradict each other', (one, other) => {
    expect(() => objectOf(text(one, other))).toThrow(/is given twice/);
  });

  it('never reach what all objects share', () => {
    const object = objectOf(text('__proto__.polluted=yes', 'constructor=mine'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor']);
  });

  it('make a query only as far as it goes', () => {
    expect(queryOf({ q: 'mug', limit: 3, tag: ['a', 'b'] })).toEqual({
      q: 'mug',
      limit: '3',
      tag: ['a', 'b'],
    });
    expect(() => queryOf({ a: { b: 1 } })).toThrow(/no deeper fields/);
  });
});
