import type { z } from 'zod';
import type { Fault } from './faults.ts';
import { type Catalogue, fileSchema, type LimitFile } from './model.ts';
import { remedyFor } from './remedies.ts';
import { type PlacedYaml, placedYaml } from './yaml-places.ts';

/** A file of the catalogue, by its path from the repository's root. */
export interface CatalogueFile {
  readonly path: string;
  readonly text: string;
}

export type ReadFile = Catalogue & { readonly faults: readonly Fault[] };

/** The entries of one provider, each with the line it is declared on; or what is wrong with it. */
export function readCatalogueFile({ path: file, text }: CatalogueFile): ReadFile {
  const yaml = placedYaml(text);
  const nothing = { limits: [], terms: [] };
  if (yaml.syntaxFaults.length > 0) {
    const remedy = 'Put the YAML right: two spaces a level, and quotes around `: `.';
    return { ...nothing, faults: yaml.syntaxFaults.map((one) => ({ file, ...one, remedy })) };
  }
  const parsed = fileSchema.safeParse(yaml.value);
  if (!parsed.success) {
    const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, yaml, file));
    return { ...nothing, faults };
  }
  return placed(parsed.data, yaml, file);
}

function placed(data: LimitFile, yaml: PlacedYaml, file: string): ReadFile {
  const { provider } = data;
  const faults: Fault[] = [];
  const refuse = (line: number, reason: string, field: string): void => {
    faults.push({ file, line, reason, remedy: remedyFor(field, undefined) });
  };
  if (!file.endsWith(`/${provider}.yaml`)) {
    refuse(yaml.lineOf(['provider']), `it says that it is about ${provider}`, 'provider');
  }
  const inPlace = <Entry extends { id: string; source: string }>(
    entries: readonly Entry[],
    list: 'limits' | 'terms',
  ) =>
    entries.map((entry, at) => {
      const source = data.sources[entry.source];
      if (!source) {
        const line = yaml.lineOf([list, at, 'source']);
        refuse(line, `${entry.id}: there is no source named ${entry.source}`, 'source');
      }
      if (!entry.id.startsWith(`${provider}.`)) {
        refuse(yaml.lineOf([list, at, 'id']), `${entry.id} is not about ${provider}`, 'id');
      }
      const declaredAt = { file, line: yaml.lineOf([list, at]) };
      return { ...entry, provider, source: source ?? { title: '', url: '' }, declaredAt };
    });
  return { limits: inPlace(data.limits, 'limits'), terms: inPlace(data.terms, 'terms'), faults };
}

function faultsOf(issue: z.core.$ZodIssue, yaml: PlacedYaml, file: string): readonly Fault[] {
  const entry = nameOf(issue.path, yaml.value);
  const prefix = entry === '' ? '' : `${entry}: `;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      file,
      line: yaml.lineOfKey(issue.path, key),
      reason: `${prefix}there is no field ${key}`,
      remedy: 'Correct its spelling, or put it into `note`.',
    }));
  }
  const field = String(issue.path.findLast((step) => typeof step === 'string') ?? '');
  const value = valueAt(issue.path, yaml.value);
  const said =
    value === undefined
      ? `${field} is missing`
      : issue.code === 'invalid_value'
        ? `${field} ${shown(value)} is none that there is`
        : `${field} ${shown(value)}: ${issue.message}`;
  const remedy = remedyFor(field, value);
  return [{ file, line: yaml.lineOf(issue.path), reason: prefix + said, remedy }];
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? '';
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
};

function valueAt(path: readonly PropertyKey[], whole: unknown): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[step]
        : undefined,
    whole,
  );
}

/** The id of the entry that a path leads into. */
function nameOf(path: readonly PropertyKey[], whole: unknown): string {
  const id = path.length < 2 ? undefined : valueAt([...path.slice(0, 2), 'id'], whole);
  return typeof id === 'string' ? id : '';
}
