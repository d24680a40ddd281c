// `npm run schemas`: strict schemas of every kind, from the types of its model. They name every field,
// so that a field which the API server would drop in silence, or refuse, is found here.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { kindIds, kindModules, modelModule } from '../schemas/kinds.ts';

interface Schema {
  type?: string;
  ref?: string;
  enum?: string[];
  fields?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  values?: Schema;
}

const files = kindIds.map((id) =>
  fileURLToPath(import.meta.resolve(modelModule(id))).replace(/\.js$/, '.d.ts'),
);
const program = ts.createProgram(files, {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ESNext,
  strict: true,
  types: [],
});
const checker = program.getTypeChecker();
const shapes: Record<string, Schema> = {};

function schemaOf(type: ts.Type): Schema {
  const plain = checker.getNonNullableType(type);
  if (plain.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
  if (plain.isUnion()) return unionOf(plain);
  if (plain.isStringLiteral()) return { type: 'string', enum: [plain.value] };
  if (plain.flags & ts.TypeFlags.StringLike) return { type: 'string' };
  if (plain.flags & ts.TypeFlags.NumberLike) return { type: 'number' };
  if (plain.flags & ts.TypeFlags.BooleanLike) return { type: 'boolean' };
  if (checker.isArrayType(plain)) {
    const [item] = checker.getTypeArguments(plain as ts.TypeReference);
    return { type: 'array', items: item ? schemaOf(item) : {} };
  }
  return shapeOf(plain);
}

function unionOf(type: ts.UnionType): Schema {
  const parts = type.types.map((one) => checker.getNonNullableType(one));
  if (parts.every((one) => one.isStringLiteral())) {
    return { type: 'string', enum: parts.map((one) => one.value).sort() };
  }
  if (parts.every((one) => one.flags & ts.TypeFlags.BooleanLike)) return { type: 'boolean' };
  const kinds = new Set(parts.map((one) => schemaOf(one).type));
  if (kinds.size === 2 && kinds.has('string') && kinds.has('number'))
    return { type: 'intOrString' };
  return {};
}

/** An interface by its place, so that what is used in many places is written once. */
function shapeOf(type: ts.Type): Schema {
  const symbol = type.aliasSymbol ?? type.symbol;
  const [declaration] = symbol?.declarations ?? [];
  if (!symbol || !declaration || symbol.name === '__type') return objectOf(type);
  const file = declaration.getSourceFile().fileName;
  const place = file
    .replace(/^.*\/node_modules\/(@kubernetes-models\/)?/, '')
    .replace(/[.]d[.]ts$/, '');
  const isOnly = symbol.name === `I${place.split('/').at(-1)}`;
  const name = isOnly ? place : `${place}.${symbol.name}`;
  if (!shapes[name]) {
    shapes[name] = {};
    Object.assign(shapes[name], objectOf(type));
  }
  return { ref: name };
}

function objectOf(type: ts.Type): Schema {
  const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  const properties = checker.getPropertiesOfType(type);
  if (properties.length === 0) return index ? { type: 'object', values: schemaOf(index) } : {};
  const entries = properties.map(
    (one) => [one.name, schemaOf(checker.getTypeOfSymbol(one))] as const,
  );
  const required = properties
    .filter((one) => !(one.flags & ts.SymbolFlags.Optional))
    .map(({ name }) => name);
  return {
    type: 'object',
    fields: Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(required.length > 0 ? { required: required.sort() } : {}),
  };
}

/** A line for each shape, so that a difference shows which one changed. */
function pretty(sections: Record<string, Record<string, unknown>>): string {
  const section = ([name, entries]: [string, Record<string, unknown>]): string => {
    const lines = Object.entries(entries).map(
      ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
    );
    return `${JSON.stringify(name)}: {\n${lines.join(',\n')}\n}`;
  };
  return `{\n${Object.entries(sections).map(section).join(',\n')}\n}\n`;
}

const kinds = Object.fromEntries(
  kindIds.map((id, at) => {
    const source = program.getSourceFile(files[at] ?? '');
    const name = `I${id.split('/').at(-1)}`;
    const module = source && checker.getSymbolAtLocation(source);
    const symbols = module ? checker.getExportsOfModule(module) : [];
    const symbol = symbols.find((one) => one.name === name);
    if (!symbol) throw new Error(`${id}: its model has no type ${name}`);
    return [id, schemaOf(checker.getDeclaredTypeOfSymbol(symbol))];
  }),
);
const packages = [...new Set(Object.values(kindModules))].sort();
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));
const madeOf = Object.fromEntries(packages.map((name) => [name, manifest.dependencies[name]]));
const sorted = Object.fromEntries(Object.entries(shapes).sort(([a], [b]) => (a < b ? -1 : 1)));
const path = join(import.meta.dirname, '..', 'schemas', 'strict.json');
writeFileSync(path, pretty({ madeOf, kinds, shapes: sorted }));
console.log(`${kindIds.length} kinds, ${Object.keys(sorted).length} shapes`);
