import type { KindId } from './kinds.ts';
import { type Schema, strictSchemas } from './strict.ts';

/** A custom kind, and the versions of it that are served; the first is the stored one. */
export interface CustomKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly versions: readonly string[];
  /** Whose schema all versions have; the versions of these kinds differ in nothing. */
  readonly schemaOf: KindId;
  readonly hasStatus: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The spec of the kind's definition, with the schema that its model's types give. */
export function definitionSpec(custom: CustomKind): object {
  const { kind, plural } = custom;
  const openAPIV3Schema = structural(strictSchemas().kinds[custom.schemaOf], 0);
  return {
    group: custom.group,
    scope: custom.scope,
    names: {
      kind,
      plural,
      singular: kind.toLowerCase(),
      listKind: `${kind}List`,
    },
    versions: custom.versions.map((name, index) => ({
      name,
      served: true,
      storage: index === 0,
      schema: { openAPIV3Schema },
      ...(custom.hasStatus ? { subresources: { status: {} } } : {}),
    })),
  };
}

/** As an API server asks for it: no references, and what is open says so. */
function structural(schema: Schema, depth: number): object {
  const { ref, type } = schema;
  if (ref) return structural(strictSchemas().shapes[ref] ?? {}, depth);
  if (type === 'intOrString') return { 'x-kubernetes-int-or-string': true };
  if (type === 'array') return { type, items: structural(schema.items ?? {}, depth + 1) };
  if (type === 'object') return objectSchema(schema, depth);
  if (type) return { type, ...(schema.enum ? { enum: schema.enum } : {}) };
  return { 'x-kubernetes-preserve-unknown-fields': true };
}

function objectSchema({ fields, required, values }: Schema, depth: number): object {
  if (!fields) {
    return { type: 'object', additionalProperties: structural(values ?? {}, depth + 1) };
  }
  const properties = Object.entries(fields).map(([name, field]) => [
    name,
    depth === 0 && isOfEveryObject(name) ? ofEveryObject(name) : structural(field, depth + 1),
  ]);
  const needed = required?.filter((name) => depth > 0 || !isOfEveryObject(name)) ?? [];
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(needed.length > 0 ? { required: needed } : {}),
  };
}

/** The API server has its own schemas for these. */
const isOfEveryObject = (name: string): boolean =>
  ['apiVersion', 'kind', 'metadata'].includes(name);

const ofEveryObject = (name: string): object => ({
  type: name === 'metadata' ? 'object' : 'string',
});
