import fastJson from 'fast-json-stringify';
import { z } from 'zod';

/** Turns a zod schema into a serializer that writes only what the schema names. */
export function compileSerializer(schema: z.ZodType): (value: unknown) => string {
  const json = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'output',
    unrepresentable: 'any',
  }) as Parameters<typeof fastJson>[0];
  return fastJson(withoutFormats(json) as Parameters<typeof fastJson>[0]);
}

/** Formats and patterns would be checked again at every answer; the store's values are ours. */
function withoutFormats(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutFormats);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(
        ([key, value]) => !((key === 'format' || key === 'pattern') && typeof value === 'string'),
      )
      .map(([key, value]) => [key, withoutFormats(value)]),
  );
}
