import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KindId } from './kinds.ts';

/** What a value may be. A schema without a type allows everything. */
export interface Schema {
  readonly type?: 'string' | 'number' | 'boolean' | 'array' | 'object' | 'intOrString';
  /** Written once, below `shapes`. */
  readonly ref?: string;
  readonly enum?: readonly string[];
  readonly fields?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  /** Of an object with names of anybody's choice. */
  readonly values?: Schema;
}

export interface StrictSchemas {
  /** Versions of the models whose types they were made of. */
  readonly madeOf: Readonly<Record<string, string>>;
  readonly kinds: Readonly<Record<KindId, Schema>>;
  readonly shapes: Readonly<Record<string, Schema>>;
}

let loaded: StrictSchemas | undefined;

/** Made by `npm run schemas`. */
export function strictSchemas(): StrictSchemas {
  const path = join(import.meta.dirname, 'strict.json');
  loaded ??= JSON.parse(readFileSync(path, 'utf8')) as StrictSchemas;
  return loaded;
}
