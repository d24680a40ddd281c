import { idOf, type KubeObject } from '../objects.ts';
import type { Problem } from '../problem.ts';
import type { KindId } from '../schemas/kinds.ts';
import { type Schema, type StrictSchemas, strictSchemas } from '../schemas/strict.ts';

/**
 * Fields that the kind does not have, fields that it must have, and values of another type. The API
 * server drops the first in silence, or refuses all of them at the worst moment.
 */
export function fieldProblems(
  objects: readonly KubeObject[],
  schemas: StrictSchemas = strictSchemas(),
): readonly Problem[] {
  return objects.flatMap((object) => {
    const schema = schemas.kinds[`${object.apiVersion}/${object.kind}` as KindId];
    if (!schema) return [unknownKind(object)];
    return faultsIn(object, schema, '', schemas).map(({ path, what }) => ({
      what: `${path} ${what}.`,
      where: idOf(object),
      remedy: `Look at the fields of ${object.kind} in ${object.apiVersion}.`,
    }));
  });
}

interface Fault {
  readonly path: string;
  readonly what: string;
}

function faultsIn(value: unknown, schema: Schema, path: string, all: StrictSchemas): Fault[] {
  if (schema.ref) return faultsIn(value, all.shapes[schema.ref] ?? {}, path, all);
  const { type } = schema;
  if (type === undefined) return [];
  if (!isOfType(value, type)) return [{ path, what: `is not of type ${type}` }];
  if (type === 'array') {
    return (value as unknown[]).flatMap((one, index) =>
      faultsIn(one, schema.items ?? {}, `${path}[${index}]`, all),
    );
  }
  if (type === 'object') return objectFaults(value as Record<string, unknown>, schema, path, all);
  const isAllowed = schema.enum?.includes(value as string) ?? true;
  return isAllowed ? [] : [{ path, what: `is none of ${schema.enum?.join(', ')}` }];
}

function objectFaults(
  value: Record<string, unknown>,
  { fields, required, values }: Schema,
  path: string,
  all: StrictSchemas,
): Fault[] {
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const missing = (required ?? [])
    .filter((name) => value[name] === undefined)
    .map((name) => ({ path: at(name), what: 'is missing' }));
  const faults = Object.entries(value).flatMap(([name, one]) => {
    const field = fields ? fields[name] : (values ?? {});
    if (!field) return [{ path: at(name), what: 'is no field' }];
    return faultsIn(one, field, at(name), all);
  });
  return [...missing, ...faults];
}

function isOfType(value: unknown, type: NonNullable<Schema['type']>): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'intOrString':
      return typeof value === 'string' || Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function unknownKind(object: KubeObject): Problem {
  return {
    what: `${object.apiVersion}/${object.kind} is a kind that nothing checks.`,
    where: idOf(object),
    remedy: 'Add it to manifests/schemas/kinds.ts, then: npm run schemas -w manifests',
  };
}
