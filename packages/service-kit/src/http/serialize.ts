import fastJson from 'fast-json-stringify';
import { z } from 'zod';

/**
 * A serializer that writes only what the schema names. It is compiled at its first use: compiling
 * those of all routes was a third of a start, and most are not asked for in a process's life.
 */
export function compileSerializer(schema: z.ZodType): (value: unknown) => string {
  let compiled: ((value: unknown) => string) | undefined;
  return (value) => {
    compiled ??= compile(schema);
    return compiled(value);
  };
}

function compile(schema: z.ZodType): (value: unknown) => string {
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
