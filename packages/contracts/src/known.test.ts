import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseKnown } from './known.ts';

const schema = z.strictObject({
  id: z.string(),
  lines: z.array(z.strictObject({ n: z.int() })),
});
const known = { id: 'a', lines: [{ n: 1 }, { n: 2 }] };

describe('reading what another version wrote', () => {
  test('leaves out unknown fields on every level, and the value as it was', () => {
    const given = { ...known, added: { deep: 1 }, lines: [{ n: 1, unit: 'g' }, { n: 2 }] };
    const before = structuredClone(given);
    expect(parseKnown(schema, given)).toEqual(known);
    expect(given).toEqual(before);
  });

  test('still refuses what is missing or wrong', () => {
    expect(() => parseKnown(schema, { ...known, id: 1, added: 1 })).toThrow(z.ZodError);
    expect(() => parseKnown(schema, { lines: [] })).toThrow(z.ZodError);
    expect(() => parseKnown(schema, null)).toThrow(z.ZodError);
  });
});
