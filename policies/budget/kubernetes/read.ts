import { type Document, isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Kind, type ObjectOf, schemas } from './kinds.ts';

export interface Place {
  readonly file: string;
  readonly line: number;
}

/** An object that concerns the budget, and where it was read. */
export type Read = { [K in Kind]: { readonly kind: K; readonly value: ObjectOf<K> } & Place }[Kind];

/** A file that cannot be judged. */
export interface Fault extends Place {
  readonly what: string;
}

export interface Manifests {
  readonly objects: readonly Read[];
  /** Every API group in use, with the first place of each: it needs a controller. */
  readonly groups: ReadonlyMap<string, Place>;
  readonly faults: readonly Fault[];
}

export interface ManifestFile {
  readonly path: string;
  readonly text: string;
}

/** Reads what matters; large definitions of custom resources are passed over unparsed. */
export function readManifests(files: readonly ManifestFile[]): Manifests {
  const objects: Read[] = [];
  const groups = new Map<string, Place>();
  const faults: Fault[] = [];
  for (const file of files) {
    for (const part of documentsOf(file)) {
      const group = /^apiVersion: *["']?([^/\s"']+)\/\S/m.exec(part.text)?.[1];
      if (group && !groups.has(group)) groups.set(group, { file: file.path, line: part.line });
      const kind = /^kind: *["']?(\w+)["']? *(#.*)?$/m.exec(part.text)?.[1];
      if (kind !== undefined && !mayConcern(kind, part.text)) continue;
      const { read, wrong } = readDocument(part);
      objects.push(...read);
      faults.push(...wrong);
    }
  }
  return { objects, groups, faults };
}

interface Part extends Place {
  readonly text: string;
}

/** A line of three dashes ends a document wherever it stands, in a block of text too. */
function documentsOf({ path, text }: ManifestFile): Part[] {
  const parts: { file: string; line: number; lines: string[] }[] = [];
  let current = { file: path, line: 1, lines: [] as string[] };
  for (const [index, line] of text.split('\n').entries()) {
    if (/^---(\s|$)/.test(line)) {
      parts.push(current);
      current = { file: path, line: index + 1, lines: [line] };
    } else current.lines.push(line);
  }
  parts.push(current);
  return parts
    .filter(({ lines }) => lines.some((line) => /^[^#\s-]|^- /.test(line)))
    .map(({ file, line, lines }) => ({ file, line, text: lines.join('\n') }));
}

function readDocument(part: Part): { read: Read[]; wrong: Fault[] } {
  const counter = new LineCounter();
  const document = parseDocument(part.text, { lineCounter: counter, logLevel: 'silent' });
  const at = (offset = 0): Place => ({
    file: part.file,
    line: part.line + Math.max(counter.linePos(offset).line, 1) - 1,
  });
  const [broken] = document.errors;
  if (broken) {
    return { read: [], wrong: [{ ...at(broken.pos[0]), what: firstLine(broken.message) }] };
  }
  const value = document.toJS() as unknown;
  if (isList(value)) {
    const all = value.items.map((item, index) => judged(item, ['items', index], document, at));
    return { read: all.flatMap(({ read }) => read), wrong: all.flatMap(({ wrong }) => wrong) };
  }
  return judged(value, [], document, at);
}

function judged(
  value: unknown,
  root: readonly PropertyKey[],
  document: Document,
  at: (offset?: number) => Place,
): { read: Read[]; wrong: Fault[] } {
  const kind = (value as { kind?: unknown } | null)?.kind;
  const start = offsetOf(document, root);
  if (typeof kind !== 'string') {
    return { read: [], wrong: [{ ...at(start), what: 'this is no Kubernetes object: no kind' }] };
  }
  if (!isKind(kind)) return { read: [], wrong: [] };
  const parsed = (schemas[kind] as z.ZodType).safeParse(value);
  if (parsed.success) {
    return { read: [{ kind, value: parsed.data, ...at(start) } as Read], wrong: [] };
  }
  const wrong = parsed.error.issues.map(({ path, message }) => ({
    ...at(offsetOf(document, [...root, ...path])),
    what: `${kind}: ${path.map(String).join('.')}: ${message}`,
  }));
  return { read: [], wrong };
}

/** Where a path begins, or the nearest part of it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((one) => String(one.key) === String(key));
      if (pair && isNode(pair.key)) return pair.key.range?.[0];
    }
    if (isSeq(parent)) {
      const item = parent.items[Number(key)];
      if (isNode(item)) return item.range?.[0];
    }
  }
  return document.contents?.range?.[0];
}

/** Lists are looked into; of services only those matter that ask the provider for something. */
const mayConcern = (kind: string, text: string) =>
  kind === 'Service' ? text.includes('LoadBalancer') : isKind(kind) || kind.endsWith('List');

export const namespaceOf = (read: Read) => read.value.metadata.namespace ?? 'default';
export const nameOf = (read: Read) =>
  `${read.kind} ${namespaceOf(read)}/${read.value.metadata.name}`;
export const placeOf = ({ file, line }: Place): Place => ({ file, line });

const isKind = (text: string): text is Kind => Object.hasOwn(schemas, text);
const isList = (value: unknown): value is { items: unknown[] } =>
  /List$/.test(String((value as { kind?: unknown } | null)?.kind)) &&
  Array.isArray((value as { items?: unknown } | null)?.items);
const firstLine = (text: string) => text.split('\n')[0]?.replace(/:$/, '') ?? text;
