import { usageFailure } from '../failure.ts';

type Tree = { [name: string]: unknown };

export interface Field {
  readonly text: string;
  /** Numbers, true, false, null and JSON mean what they say; otherwise all is text. */
  readonly typed: boolean;
}

/** `name=value` pairs as an object; `a.b=1` goes deeper, `a[]=1` adds to a list. */
export function objectOf(fields: readonly Field[]): Tree {
  const object = newTree();
  for (const { text, typed } of fields) {
    const at = text.indexOf('=');
    const name = text.slice(0, at);
    if (at < 1 || !/^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*(\[\])?$/.test(name)) {
      throw usageFailure(`"${text}" is not a field.`, 'Write it so: -f name=value, -F count=2');
    }
    const value = text.slice(at + 1);
    put(object, name, typed ? typedValue(value) : value);
  }
  return object;
}

/** Has nothing but what is put in: a field may be named like what all objects share. */
const newTree = (): Tree => Object.create(null) as Tree;

function put(object: Tree, name: string, value: unknown): void {
  const isList = name.endsWith('[]');
  const path = (isList ? name.slice(0, -2) : name).split('.');
  const last = path.pop() ?? '';
  let place = object;
  for (const step of path) {
    const inner = place[step] ?? newTree();
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) throw taken(name);
    place[step] = inner;
    place = inner as Tree;
  }
  const before = place[last];
  if (!isList && before !== undefined) throw taken(name);
  if (isList && before !== undefined && !Array.isArray(before)) throw taken(name);
  place[last] = isList ? [...((before as unknown[] | undefined) ?? []), value] : value;
}

const taken = (name: string) =>
  usageFailure(
    `The field "${name}" is given twice.`,
    'A list is written so: -f tags[]=a -f tags[]=b',
  );

function typedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The values of an object as a query says them. */
export function queryOf(object: Tree): Record<string, string | readonly string[]> {
  const entries = Object.entries(object).map(([name, value]) => {
    const isDeep = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isDeep) throw usageFailure(`A query has no deeper fields: "${name}".`);
    return [name, Array.isArray(value) ? value.map(String) : String(value)] as const;
  });
  return Object.fromEntries(entries);
}
