import type { Traffic } from '@mkt/topology';
import type { z } from 'zod';
import type { Fault } from '../limits/faults.ts';
import { nearest } from '../limits/nearest.ts';
import { type PlacedYaml, placedYaml } from '../limits/yaml-places.ts';
import { trafficFileSchema } from './schema.ts';

/** A traffic file that cannot be relied on: nothing of it is used. */
export class TrafficFileError extends Error {
  override readonly name = 'TrafficFileError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const said = faults.map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
    super(`The traffic file is refused:\n${said.join('\n')}`);
    this.faults = faults;
  }
}

/**
 * An environment's traffic with what a YAML (or JSON) file says instead. Throws `TrafficFileError`
 * with file, line, reason and remedy of everything that is wrong.
 */
export function readTraffic(file: { path: string; text: string }, usual: Traffic): Traffic {
  const yaml = placedYaml(file.text);
  if (yaml.syntaxFaults.length > 0) {
    const remedy = 'Put the YAML right: two spaces a level, a space after each colon.';
    throw new TrafficFileError(
      yaml.syntaxFaults.map((one) => ({ file: file.path, ...one, remedy })),
    );
  }
  const parsed = trafficFileSchema.safeParse(yaml.value);
  if (!parsed.success) {
    throw new TrafficFileError(
      parsed.error.issues.flatMap((issue) => faultsOf(issue, yaml, file.path)),
    );
  }
  const { perMonth = {}, shape = {} } = parsed.data;
  return {
    perMonth: { ...usual.perMonth, ...defined(perMonth) },
    shape: { ...usual.shape, ...defined(shape) },
  };
}

function defined<T extends object>(given: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as never;
}

function faultsOf(issue: z.core.$ZodIssue, yaml: PlacedYaml, file: string): Fault[] {
  const where = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') {
    const said = issue.code === 'invalid_type' ? `a ${issue.expected} is expected` : issue.message;
    const reason = where === '' ? said : `${where}: ${said}`;
    const remedy = 'Correct the value, or leave the line out: then the environment’s own counts.';
    return [{ file, line: yaml.lineOf(issue.path), reason, remedy }];
  }
  const names = namesAt(issue.path);
  return issue.keys.map((key) => {
    const near = nearest(key, names);
    return {
      file,
      line: yaml.lineOfKey(issue.path, key),
      reason: where === '' ? `there is no ${key}` : `${where} has no ${key}`,
      remedy:
        near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `One of ${names.join(', ')}.`,
    };
  });
}

/** Fields that the file may have at a path. */
function namesAt(path: readonly PropertyKey[]): string[] {
  let schema: z.ZodType = trafficFileSchema;
  for (const step of path) schema = fieldsOf(schema)[String(step)] ?? schema;
  return Object.keys(fieldsOf(schema));
}

function fieldsOf(schema: z.ZodType): Record<string, z.ZodType> {
  const inner = schema as { shape?: Record<string, z.ZodType>; unwrap?: () => z.ZodType };
  return inner.shape ?? (inner.unwrap ? fieldsOf(inner.unwrap()) : {});
}
